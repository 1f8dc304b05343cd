"""CXI's JSON: tags in their four shapes, projects, imports, responses (004; design, "Wootric CXI")."""

from __future__ import annotations

from typing import Any

from rejoinder.model.feedback import (
    AppliedTag,
    Draft,
    FeedbackResponse,
    FeedbackSurvey,
    Onboarding,
    Project,
    Sentiment,
    Tag,
    TagNode,
)

SECOND = 1_000_000
"""µs."""
Json = dict[str, Any]


def seconds(micros: int) -> int:
    """A moment as a Unix timestamp."""
    return micros // SECOND


def project(found: Project) -> Json:
    """A project (004, "Project Object")."""
    return {
        "id": found.id,
        "name": found.name,
        "response_count": found.response_count,
        "created_at": seconds(found.created_at),
    }


def made_tag(tag: Tag) -> Json:
    """A tag as creating and changing it shows it: without numbers."""
    return {
        "id": tag.id,
        "name": tag.name,
        "display_name": tag.display_name,
        "description": tag.description,
        "mode": tag.mode,
        "enabled": tag.enabled,
        "scope_by_parent": tag.scope_by_parent,
        "text_match_terms": tag.terms,
        "filter_rules": tag.filter_rules,
    }


def listed_tag(node: TagNode, *, numbers: bool, nested: bool) -> Json:
    """A tag of the list: with its numbers and its children, unless they are not wanted."""
    shown = made_tag(node.tag)
    if numbers:
        shares = node.breakdown
        shown["response_count"] = node.tag.counts.responses
        shown["usage"] = node.usage
        shown["sentiment_breakdown"] = {
            "positive": shares.positive,
            "neutral": shares.neutral,
            "negative": shares.negative,
            "null": shares.null,
        }
    if nested:
        shown["children"] = [listed_tag(child, numbers=numbers, nested=True) for child in node.children]
    return shown


def applied_tag(found: AppliedTag) -> Json:
    """A tag in a response, with the sentiment that the response has towards it."""
    tag = found.tag
    return {
        "id": tag.id,
        "name": tag.name,
        "display_name": tag.display_name,
        "description": tag.description,
        "mode": tag.mode,
        "sentiment": word_of(found.sentiment),
        "text_match_terms": tag.terms,
        "filter_rules": tag.filter_rules,
    }


def word_of(sentiment: Sentiment | None) -> str | None:
    """positive, neutral, negative, or null."""
    return None if sentiment is None else sentiment.word


def response(found: FeedbackResponse, account: int) -> Json:
    """A response (004, "Response Object")."""
    score = found.score
    return {
        "id": found.id,
        "project_ids": found.project_ids,
        "feedback": found.comment,
        "translated_feedback": found.translated,
        "user_id": found.user_id,
        "feedback_date": seconds(found.at),
        "score": int(score) if score is not None and score.is_integer() else score,
        "metric_type": found.metric_type,
        "custom_properties": found.properties,
        "tags": [applied_tag(tag) for tag in found.tags],
        "sentiment": word_of(found.sentiment),
        "wootric_response_id": None,
        "wootric_account_id": account,
    }


def listed_import(found: FeedbackSurvey) -> Json:
    """An import as lists show it (004, "Get imports"); `response_count` counts those that are analysed."""
    chosen = found.chosen
    return {
        "id": found.survey_id,
        "name": found.name,
        "source": chosen.source,
        "metric_type": found.roles.metric_type,
        "language": chosen.language,
        "secondary_product_category_id": chosen.secondary_product_category_id,
        "response_count": found.analysed,
        "created_at": seconds(found.created_at),
    }


def onboarding(found: Onboarding, categories: list[Json], *, drafts: bool) -> Json:
    """How far an account is (004, "Onboarding"); `drafts` — what was said of a project and an import, too."""
    shown: Json = {"onboarded": found.onboarded, "mode": found.mode}
    if found.onboarded:
        return shown
    shown["product_category_id"] = found.category_id
    shown["product_categories"] = categories
    shown["tags"] = [{"id": t.id, "mode": t.mode, "name": t.name, "response_ids": []} for t in found.tags]
    return shown | (_drafts(found.draft) if drafts else {})


def _drafts(draft: Draft) -> Json:
    shown: Json = {"project": {"name": draft.project, "responses": []}}
    if draft.import_name is not None:
        shown["import"] = {
            "name": draft.import_name,
            "source": draft.import_source,
            "metric_type": draft.import_metric_type,
            "sample_analyzed": True,  # nothing of it is there that could be waiting
        }
    return shown
