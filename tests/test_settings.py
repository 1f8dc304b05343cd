from __future__ import annotations

import pytest

from rejoinder.settings import BadSetting, Settings, spelt, table, unknown


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.load({}) == Settings()
    assert Settings.load({"REJOINDER_PORT": " ", "PATH": "/bin"}) == Settings()


def test_every_kind_of_value() -> None:
    settings = Settings.load(
        {
            "REJOINDER_PORT": "80",
            "REJOINDER_BODY_TIMEOUT": "2.5",
            "REJOINDER_JOBS": "off",
            "REJOINDER_ACCESS_LOG": "ON",
            "REJOINDER_SQLITE_SYNCHRONOUS": "normal",
            "REJOINDER_PUBLIC_URL": "https://surveys.example/",
            "REJOINDER_TRUSTED_PROXIES": "10.0.0.0/8, ::1",
            "REJOINDER_CORS_ORIGINS": "https://a.example/,https://b.example",
            "REJOINDER_CXI_RATE_LIMIT": "7",
        }
    )
    assert (settings.port, settings.body_timeout, settings.jobs, settings.access_log) == (
        80,
        2.5,
        False,
        True,
    )
    assert settings.sqlite_synchronous == "NORMAL"
    assert settings.public_url == "https://surveys.example"
    assert settings.trusted_proxies == ("10.0.0.0/8", "::1")
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert (settings.rate_limit("cxi", 100), settings.rate_limit("forsta", 6000)) == (7, 6000)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("REJOINDER_PORT", "eighty"),
        ("REJOINDER_PORT", "70000"),
        ("REJOINDER_WORKERS", "0"),
        ("REJOINDER_JOBS", "maybe"),
        ("REJOINDER_LOG_LEVEL", "loud"),
        ("REJOINDER_PUBLIC_URL", "surveys.example"),
        ("REJOINDER_TRUSTED_PROXIES", "10.0.0.0/99"),
        ("REJOINDER_CXI_RATE_LIMIT", "-1"),
        ("REJOINDER_BODY_TIMEOUT", "nan"),
        ("REJOINDER_SQLITE_SYNCHRONOUS", "OFF"),
    ],
)
def test_a_bad_value_names_its_variable(variable: str, value: str) -> None:
    with pytest.raises(BadSetting, match=variable):
        Settings.load({variable: value})


def test_the_table_lists_every_setting_with_its_meaning() -> None:
    rows = table()
    assert len(rows) == len(Settings.__struct_fields__)
    assert all(row.variable.startswith("REJOINDER_") and row.kind and row.meaning for row in rows)


def test_misspelt_settings_are_found() -> None:
    environ = {"REJOINDER_PROT": "1", "REJOINDER_PORT": "1", "REJOINDER_CXI_RATE_LIMIT": "1", "HOME": "/"}
    assert unknown(environ) == ("REJOINDER_PROT",)


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {
            "REJOINDER_JOBS": "off",
            "REJOINDER_FORSTA_RATE_LIMIT": "5",
            "REJOINDER_CORS_ORIGINS": "https://a,https://b",
        },
        {
            "REJOINDER_PUBLIC_URL": "https://a.example",
            "REJOINDER_SHUTDOWN_GRACE": "0.5",
            "REJOINDER_WORKERS": "3",
        },
    ],
)
def test_settings_survive_the_way_to_a_worker_process(environ: dict[str, str]) -> None:
    settings = Settings.load(environ)
    assert Settings.load(spelt(settings)) == settings
    assert unknown(spelt(settings)) == ()
