"""Mail templates: what they may hold, and the text that is made of their HTML."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.core.mail.placeholders import compiled, fill
from rejoinder.core.mail.text_part import text_of_html
from rejoinder.core.mail_templates import (
    create_mail_template,
    find_mail_template,
    invites,
    list_mail_templates,
)
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.store.engine import Database
from servers.post import Office


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    opened = Database(database_url, synchronous="NORMAL")
    yield Office.open(opened)
    opened.close()


def test_templates_are_found_by_number_and_name(office: Office) -> None:
    old = office.do(lambda unit: create_mail_template(unit, "same", "1", "{survey_link}"))
    new = office.do(lambda unit: create_mail_template(unit, "same", "2", "ł {email}"))
    assert office.see(lambda unit: find_mail_template(unit, old.id)) == old
    assert office.see(lambda unit: find_mail_template(unit, str(old.id))) == old
    assert office.see(lambda unit: find_mail_template(unit, "same")) == new
    assert [one.name for one in office.see(list_mail_templates)] == ["same", "same", "hello"]
    assert (invites(old), invites(new)) == (True, False)
    stranger = Office.open(office.database, "other")
    with pytest.raises(NotFound):
        stranger.see(lambda unit: find_mail_template(unit, old.id))
    with pytest.raises(NotFound):
        office.see(lambda unit: find_mail_template(unit, "nobody\0"))


@pytest.mark.parametrize(
    ("subject", "content", "words"),
    [
        ("Hi", "{survey_lnik}", "{survey_lnik}"),
        ("{label16}", "{survey_link}", "{label1} … {label15}"),
        ("{survey_link}", "{survey_link}", "subject"),
        ("Hi\r\nBcc: x@example.org", "{survey_link}", "one line"),
        ("", "{survey_link}", "subject"),
        ("Hi", " ", "content"),
        ("Hi", "a\0b", "NUL"),
        ("Hi", "<a href={survey_link}>x</a>", "quotes"),
        ("Hi", "<p {label1}>x</p>", "quotes"),
        ("Hi", '<a href="{label1}">x</a>', "'href'"),
        ("Hi", '<img src="{survey_link}">', "'src'"),
        ("Hi", '<img src="{label1}"/>', "'src'"),
        ("Hi", "<p onclick=\"x('{label1}')\">x</p>", "'onclick'"),
        ("Hi", '<p style="color:{label1}">x</p>', "'style'"),
        ("Hi", "<script>var x = '{label1}'</script>", "<script>"),
        ("Hi", "<STYLE>p { } {label1}</STYLE>", "<style>"),
    ],
)
def test_what_cannot_be_is_refused(office: Office, subject: str, content: str, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        office.do(lambda unit: create_mail_template(unit, "t", subject, content))
    assert words in caught.value.message


def test_what_looks_odd_but_is_sound_is_kept(office: Office) -> None:
    content = (
        '<style>p {color: red} @media x {a {b: c}}</style><p title="{label1}">{ email }</p>{}{1}'
        '<a href="{survey_link}&amp;x=1">go</a>'
    )
    assert (
        office.do(lambda unit: create_mail_template(unit, "t", "{survey_name}", content)).content == content
    )


def test_values_are_escaped_in_html_and_plain_in_text() -> None:
    made = compiled("{label1}", '<p title="{label1}">{label1} {label2}</p>')
    values = {"label1": '"><script>alert(1)</script>&amp;{email}', "label2": "ł"}
    html = fill(made.html, values, escaped=True)
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 2
    assert '"&gt;' not in html
    assert "{email}" in html, "what a value holds is not a placeholder"
    assert fill(made.text, values) == '"><script>alert(1)</script>&amp;{email} ł'


@given(st.text(max_size=200), st.sampled_from(["label1", "email", "label15"]))
def test_no_value_gets_out_of_its_place(value: str, name: str) -> None:
    made = compiled("x", f'<p title="{{{name}}}">{{{name}}}</p>')
    html = fill(made.html, {name: value}, escaped=True)
    assert (html.count("<"), html.count(">"), html.count('"')) == (2, 2, 2)


def test_the_text_part_keeps_links_and_lines() -> None:
    html = """<html><head><title>no</title><style>p {a: b}</style></head><body>
      <h1>Dear   Anna &amp; Bob</h1><p>Please<br>answer <a href="https://x.example/s/1">here</a>:</p>
      <ul><li>one</li><li>two</li></ul><img src="x" alt="Logo">
      <a href="https://x.example/">https://x.example/</a><script>no()</script></body></html>"""
    assert text_of_html(html) == (
        "Dear Anna & Bob\n\nPlease\nanswer here (https://x.example/s/1):\n\n- one\n- two\n\n"
        "Logo https://x.example/"
    )


@given(st.text(alphabet="<>&;abp/ \"'={}!-#", max_size=300))
def test_any_html_has_a_text(html: str) -> None:
    assert isinstance(text_of_html(html), str)
