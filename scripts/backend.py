"""The build backend: setuptools, which first has the survey pages built.

An unpacked source archive carries the built pages already and needs no Node.
"""

from __future__ import annotations

from typing import Any

import build_pages
from setuptools import build_meta

prepare_metadata_for_build_wheel = build_meta.prepare_metadata_for_build_wheel
prepare_metadata_for_build_editable = build_meta.prepare_metadata_for_build_editable
Config = dict[str, Any] | None


def _needs(others: list[str]) -> list[str]:
    missing = not build_pages.is_fresh() and build_pages.system_node() is None
    return [*others, build_pages.WHEEL] if missing else others


def get_requires_for_build_wheel(config: Config = None) -> list[str]:
    """What has to be installed before a wheel can be built."""
    return _needs(build_meta.get_requires_for_build_wheel(config))


def get_requires_for_build_editable(config: Config = None) -> list[str]:
    """What has to be installed before an editable wheel can be built."""
    return _needs(build_meta.get_requires_for_build_editable(config))


def get_requires_for_build_sdist(config: Config = None) -> list[str]:
    """What has to be installed before a source archive can be built."""
    return _needs(build_meta.get_requires_for_build_sdist(config))


def build_wheel(directory: str, config: Config = None, metadata: str | None = None) -> str:
    """Build a wheel."""
    _build()
    return build_meta.build_wheel(directory, config, metadata)


def build_editable(directory: str, config: Config = None, metadata: str | None = None) -> str:
    """Build an editable wheel."""
    _build()
    return build_meta.build_editable(directory, config, metadata)


def build_sdist(directory: str, config: Config = None) -> str:
    """Build a source archive."""
    _build()
    return build_meta.build_sdist(directory, config)


def _build() -> None:
    if not build_pages.is_fresh():
        build_pages.build()
