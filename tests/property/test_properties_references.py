"""The grammar of references: what is written is what comes back."""

from __future__ import annotations

from contextlib import suppress
from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from digestpin.errors import InvalidReference
from digestpin.oci import ImageReference
from digestpin.references import Form, find_references
from digestpin.rules.malformed_reference import repair
from digestpin.source import SourceFile
from digestpin.templates import literal

HEX = st.text("0123456789abcdef", min_size=64, max_size=64)
TAGS = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True)
COMPONENT = r"[a-z0-9]{1,6}(?:(?:\.|_|__|-{1,2})[a-z0-9]{1,4})?"
HOSTS = st.from_regex(
    r"(?:localhost|[a-z0-9]{1,8}\.[a-z]{2,4})(?::[1-9][0-9]{0,4})?", fullmatch=True
)


@st.composite
def references(draw: st.DrawFn, repository: str | None = None) -> str:
    host = draw(st.one_of(st.just(""), HOSTS.map("{}/".format)))
    name = repository or draw(
        st.from_regex(rf"{COMPONENT}(?:/{COMPONENT}){{0,2}}", fullmatch=True)
    )
    tag = draw(st.one_of(st.just(""), TAGS.map(":{}".format)))
    digest = draw(st.one_of(st.just(""), HEX.map("@sha256:{}".format)))
    return f"{host}{name}{tag}{digest}"


@given(references())
def test_a_reference_comes_back_as_written(text: str) -> None:
    assert str(ImageReference.parse(text)) == text


@given(references(), HEX)
def test_a_digest_is_added_and_nothing_else(text: str, encoded: str) -> None:
    reference = ImageReference.parse(text)
    donor = ImageReference.parse(f"x@sha256:{encoded}").digest
    assert donor is not None
    pinned = reference.with_digest(donor)
    assert str(pinned) == f"{text.partition('@')[0]}@sha256:{encoded}"
    assert ImageReference.parse(str(pinned)) == pinned


@given(references())
def test_the_canonical_form_is_its_own(text: str) -> None:
    canonical = ImageReference.parse(text).canonical
    assert canonical.canonical == canonical
    assert ImageReference.parse(str(canonical)) == canonical


@given(st.text(max_size=80))
def test_any_text_is_a_reference_or_says_why_not(text: str) -> None:
    with suppress(InvalidReference):
        assert str(ImageReference.parse(text)) == text


@given(
    references(repository="kindest/node"),
    st.sampled_from(["", " ", '"', "'", "\n", "--image=", "a: ", "\t", "["]),
    st.sampled_from(["", " ", '"', "'", "\n", ",", ")", "]", ";", " # x"]),
)
def test_a_reference_is_found_whole_whatever_is_around_it(
    text: str, before: str, after: str
) -> None:
    data = f"{before}{text}{after}".encode()
    source = SourceFile(PurePosixPath("a"), data)
    template = literal(source.text, source.region(0, len(data)))
    (match,) = find_references(template)
    bare = text if "@" in text else text.rstrip(".-")
    assert data[match.start : match.end].decode() == bare
    is_bare = text.rpartition("/")[2] == "node"
    assert (match.form is Form.BARE) == is_bare


@given(st.text("kindest/node:v1@sha256:%{}$()<>\\ .-_\0abf0\n", max_size=60))
def test_whatever_is_found_lies_in_the_text_and_in_order(text: str) -> None:
    source = SourceFile(PurePosixPath("a"), text.encode("latin-1"))
    template = literal(text, source.region(0, len(text)))
    done = 0
    for match in find_references(template):
        assert done <= match.start <= match.name_start < match.name_end <= match.end
        assert text[match.name_start : match.name_end] == "kindest/node"
        assert match.end <= len(text)
        done = match.end


@given(
    st.one_of(st.just(""), st.just(":v1.31.4")),
    HEX,
    st.sampled_from(["@", "@sha256:", "@sha256:sha256:", " @", " @sha256:", "@ "]),
    st.booleans(),
)
def test_a_repaired_tail_is_a_reference(
    tag: str, encoded: str, at: str, is_upper: bool
) -> None:
    written = f"{tag}{at}{encoded.upper() if is_upper else encoded}"
    repaired = repair(written)
    assert repaired == f"{tag}@sha256:{encoded}"
    assert repair(repaired) == repaired
    assert str(ImageReference.parse(f"kindest/node{repaired}"))
