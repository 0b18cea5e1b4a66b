"""Path templates, and which route a path finds."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.gateway.binding import variable_text
from service.gateway.router import Router
from service.gateway.templates import TemplateError, parse_template


def router(*templates: str) -> Router[str]:
    made: Router[str] = Router()
    for template in templates:
        made.add("GET", parse_template(template), template)
    return made


def found(made: Router[str], path: str) -> tuple[str, dict[str, str]] | None:
    match = made.find(path)
    if match is None:
        return None
    place, segments = match
    template = place.by_method["GET"]
    variables = parse_template(template).variables
    return template, {variable.field_path: variable_text(variable, segments) for variable in variables}


def test_literals_win_over_variables() -> None:
    made = router("/v1/files/{id}", "/v1/files/readings", "/v1/files/{id}/download", "/v1/files/readings/{reading}")
    assert found(made, "/v1/files/readings") == ("/v1/files/readings", {})
    assert found(made, "/v1/files/7") == ("/v1/files/{id}", {"id": "7"})
    assert found(made, "/v1/files/readings/9") == ("/v1/files/readings/{reading}", {"reading": "9"})


def test_search_goes_back_when_a_literal_leads_nowhere() -> None:
    made = router("/v1/files/readings/evidence", "/v1/files/{id}/download")
    assert found(made, "/v1/files/readings/download") == ("/v1/files/{id}/download", {"id": "readings"})


@pytest.mark.parametrize("path", ["/v1/files/", "/v1/files//", "/v1", "/", "", "v1/files/7", "/v1/files/7/", "*"])
def test_other_paths_are_not_found(path: str) -> None:
    assert found(router("/v1/files/{id}", "/v1/files"), path) is None


def test_variables_of_several_segments() -> None:
    made = router("/v1/{name=projects/*/files/**}", "/v1/{name=projects/*}")
    assert found(made, "/v1/projects/p/files/a/b%20c/d") == (
        "/v1/{name=projects/*/files/**}",
        {"name": "projects/p/files/a/b c/d"},
    )
    assert found(made, "/v1/projects/p") == ("/v1/{name=projects/*}", {"name": "projects/p"})


def test_encoded_slash_is_decoded_in_one_segment_and_kept_in_several() -> None:
    assert found(router("/v1/{id}"), "/v1/a%2Fb") == ("/v1/{id}", {"id": "a/b"})
    assert found(router("/v1/{id=**}"), "/v1/a%2Fb/c%2B") == ("/v1/{id=**}", {"id": "a%2Fb/c+"})


def test_verbs() -> None:
    made = router("/v1/files/{id}:recover", "/v1/files/{id}", "/v1/files:batch")
    assert found(made, "/v1/files/7:recover") == ("/v1/files/{id}:recover", {"id": "7"})
    assert found(made, "/v1/files/7:other") == ("/v1/files/{id}", {"id": "7:other"})
    assert found(made, "/v1/files:batch") == ("/v1/files:batch", {})


def test_trailing_slash_is_a_path_of_its_own() -> None:
    made = router("/files", "/files/", "/files/{id}")
    assert found(made, "/files/") == ("/files/", {})
    assert found(made, "/files") == ("/files", {})


def test_nested_field_paths() -> None:
    (variable,) = parse_template("/v1/{file.name=files/*}").variables
    assert (variable.field_path, variable.start, variable.stop) == ("file.name", 1, 3)


@pytest.mark.parametrize(
    "template", ["v1", "/v1/{", "/v1/}", "/v1/{a=**}/b", "/v1/{a}/{a}", "/v1/{a={b}}", "/v1/{1}", "/v1//a", "/v1/a b"]
)
def test_what_is_no_template_is_refused(template: str) -> None:
    with pytest.raises(TemplateError):
        parse_template(template)


def test_a_place_is_taken_once() -> None:
    made = router("/v1/{a}")
    with pytest.raises(ValueError, match="bound twice"):
        made.add("GET", parse_template("/v1/{b}"), "other")


SEGMENTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


@given(SEGMENTS, SEGMENTS)
def test_every_encoded_value_comes_back(first: str, second: str) -> None:
    path = f"/v1/{quote(first, safe='')}/to/{quote(second, safe='')}"
    assert found(router("/v1/{a}/to/{b}"), path) == ("/v1/{a}/to/{b}", {"a": first, "b": second})


@given(st.lists(SEGMENTS, min_size=1, max_size=4))
def test_rest_takes_all_segments(parts: list[str]) -> None:
    path = "/v1/" + "/".join(quote(part, safe="") for part in parts)
    expected = "/".join("%2F".join(part.split("/")) for part in parts)
    assert found(router("/v1/{a=**}"), path) == ("/v1/{a=**}", {"a": expected})
