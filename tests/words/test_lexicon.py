"""Lexicon: tables read, merged, switched; contradictions refused."""

from __future__ import annotations

import csv
import pickle
import re
from importlib.resources import files
from pathlib import Path

import pytest

from jianghua.errors import JianghuaError
from jianghua.words.lexicon import (
    CLASSES,
    KINDS,
    REMOVE,
    Lexicon,
    is_mask,
    is_number,
    read_lexicon,
)

DATA = files("jianghua") / "words" / "data"


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((DATA / name).read_text("utf-8").splitlines()))


def _table(folder: Path, name: str, *lines: str) -> Path:
    (folder / name).write_text("\n".join(lines) + "\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def shipped() -> Lexicon:
    return read_lexicon()


def test_size_of_the_shipped_tables(shipped):
    """At least 3,000 units are kept whole and 600 words set aside (the project's own goals)."""
    assert len(_rows("lexicon.csv")) >= 3000
    assert len(shipped.set_aside) >= 600
    assert set(shipped.set_aside.values()) == set(CLASSES)


def test_no_word_is_in_both(shipped):
    """No word is kept whole and set aside, none on the keep list is set aside."""
    assert not shipped.terms & set(shipped.set_aside)
    assert not shipped.keep & set(shipped.set_aside)


def test_a_contradiction_is_refused():
    """A lexicon that keeps and sets aside the same word cannot be made."""
    with pytest.raises(JianghuaError, match="精气神"):
        Lexicon(terms=frozenset({"精气神"}), set_aside={"精气神": "empty verb"})


def test_words_of_the_field_are_kept(shipped):
    """Words that popular lists drop and a political scientist needs stay (the issue names them)."""
    for word in ("创新", "改革", "解放", "作为", "基层", "作风", "思想", "斗争"):
        assert shipped.class_of(word) == ""


def test_words_of_rhetoric_are_set_aside(shipped):
    """Each class has the words that a reader would put there first."""
    expected = {
        "的": "function word", "我们": "pronoun", "一是": "enumerator", "进一步": "intensifier",
        "推进": "empty verb", "同志们": "address", "去年": "time", "小编": "portal",
        "XX": "mask", "邓小平": "person", "浙江": "place", "公里": "measure",
    }  # fmt: skip
    assert {word: shipped.class_of(word) for word in expected} == expected


def test_every_row_of_the_lexicon_is_sound():
    """Kinds are known, a variant's main form is itself a unit, years lie in the Party's time."""
    rows = _rows("lexicon.csv")
    terms = {row["term"] for row in rows} | {row["term"] for row in _rows("tifa.csv")}
    assert len({row["term"] for row in rows}) == len(rows)
    assert {row["kind"] for row in rows} <= {*KINDS, REMOVE}
    assert {row["confidence"] for row in rows} <= {"high", "medium", "low"}
    assert all(row["source"] for row in rows)
    assert [
        row["term"] for row in rows if row["variant_of"] and row["variant_of"] not in terms
    ] == []
    years = [int(row["first_year"]) for row in rows if row["first_year"]]
    assert min(years) >= 1919 and max(years) <= 2026


def test_dated_facts():
    """First years agree with dates that anyone can look up: congresses, laws (on trial as well),
    a name from its treaty (Joint Declaration of 1984), a slogan from when it was said."""
    years = {row["term"]: row["first_year"] for row in _rows("lexicon.csv")}
    facts = {
        "十一届三中全会": "1978", "民法典": "2020", "监察法": "2018", "义务教育法": "1986",
        "民事诉讼法": "1982", "香港特别行政区": "1984", "三面红旗": "1960",
    }  # fmt: skip
    assert {term: years[term] for term in facts} == facts


def test_variants_end_at_a_main_form(shipped):
    """A main form is a unit and is no variant itself: merging twice changes nothing."""
    assert set(shipped.variants.values()) <= shipped.terms
    assert not set(shipped.variants.values()) & set(shipped.variants)


def test_a_variant_names_its_main_form_directly():
    """In the table a variant points at a row that is none itself and is of the same kind."""
    rows = {row["term"]: row for row in _rows("lexicon.csv")}
    mains = {t: rows[row["variant_of"]] for t, row in rows.items() if row["variant_of"] in rows}
    assert [t for t, main in mains.items() if main["variant_of"]] == []
    assert [t for t, main in mains.items() if main["kind"] != rows[t]["kind"]] == []


def test_what_is_on_record_has_a_year():
    """High confidence is in a year on record, so a row without a year has none."""
    rows = _rows("lexicon.csv")
    assert [r["term"] for r in rows if r["confidence"] == "high" and not r["first_year"]] == []


def test_exceptions_spell_their_text(shipped):
    """The words of an exception joined give its text."""
    assert all("".join(words) == text for text, words in shipped.exceptions.items())


def test_own_rows_add_override_and_withdraw(tmp_path):
    """A user's row adds a unit, sets a unit aside, keeps a set-aside word, withdraws another."""
    _table(tmp_path, "a.csv", "term,kind", "三清工程,project", "推进,word", "抓手,remove")
    _table(
        tmp_path,
        "b.csv",
        "word,class,reason",
        "精气神,empty verb,here it is a slogan",
        "去年,remove,",
    )
    own = read_lexicon(tmp_path)
    assert "三清工程" in own.terms and "推进" in own.terms and "推进" not in own.set_aside
    assert "抓手" not in own.terms and "去年" not in own.set_aside
    assert own.set_aside["精气神"] == "empty verb" and "精气神" not in own.terms


def test_the_keep_list_wins_until_a_word_is_taken_off(tmp_path):
    """A kept word cannot be set aside by mistake, but can be after its removal."""
    _table(tmp_path, "own.csv", "word,class,reason", "创新,empty verb,everywhere here")
    with pytest.raises(JianghuaError, match=r"创新.*keep list"):
        read_lexicon(tmp_path)
    _table(tmp_path, "keep.csv", "word,reason", "创新,remove")
    (tmp_path / "own.csv").rename(tmp_path / "z.csv")
    assert read_lexicon(tmp_path).set_aside["创新"] == "empty verb"


def test_all_bad_rows_at_once(tmp_path):
    """Every bad row is named with its line in one error."""
    _table(
        tmp_path,
        "bad.csv",
        "term,kind,first_year",
        "短,word,",
        "三清工程,rumour,",
        "新词一,word,19x0",
    )
    _table(tmp_path, "odd.csv", "colour,taste", "red,sweet")
    with pytest.raises(JianghuaError) as caught:
        read_lexicon(tmp_path)
    for part in ("line 2", "line 3", "line 4", "odd.csv"):
        assert part in str(caught.value)


def test_tables_from_excel_in_china(tmp_path):
    """GB18030, a byte order mark, quoted commas and blank lines are read."""
    (tmp_path / "gb.csv").write_bytes(
        'term,kind,note\r\n三清工程,project,"a, b"\r\n\r\n'.encode("gb18030")
    )
    (tmp_path / "bom.csv").write_bytes("\ufeffword,class\n俺们,pronoun\n".encode())
    own = read_lexicon(tmp_path)
    assert "三清工程" in own.terms and own.set_aside["俺们"] == "pronoun"


def test_a_folder_that_is_not_there(tmp_path):
    """A missing folder is an error that names it, not an empty lexicon."""
    with pytest.raises(JianghuaError, match="nowhere"):
        read_lexicon(tmp_path / "nowhere")


def test_classes_switch(shipped):
    """A class that is switched off sets nothing aside; an unknown class is an error."""
    open_places = read_lexicon(classes={"place": False, "number": False})
    assert open_places.class_of("浙江") == "" and shipped.class_of("浙江") == "place"
    assert open_places.class_of("8.5%") == ""
    with pytest.raises(JianghuaError, match="colour"):
        read_lexicon(classes={"colour": False})


def test_checksum_follows_content(tmp_path, shipped):
    """Equal content has one checksum, whatever the order; one more word changes it."""
    assert read_lexicon().checksum == shipped.checksum
    first = Lexicon(frozenset({"三农", "抓手"}), {"的": "function word", "了": "function word"})
    again = Lexicon(frozenset({"抓手", "三农"}), {"了": "function word", "的": "function word"})
    more = Lexicon(
        frozenset({"抓手", "三农", "两会"}), {"了": "function word", "的": "function word"}
    )
    assert first.checksum == again.checksum != more.checksum
    assert re.fullmatch("[0-9a-f]{64}", first.checksum)


def test_travels_to_a_worker_process(shipped):
    """A lexicon can be sent to another process and arrives with the same content."""
    copy = pickle.loads(pickle.dumps(shipped))
    assert copy == shipped and copy.checksum == shipped.checksum


def test_read_only(shipped):
    """Nobody can change a lexicon in place."""
    with pytest.raises(TypeError):
        shipped.set_aside["创新"] = "empty verb"


@pytest.mark.parametrize(
    "token", ["1998年", "8.5%", "百分之八点五", "二〇一二年", "1,200", "三千", "2.3万亿元", "3月份"]
)
def test_numbers_are_recognised(token, shipped):
    """Numbers, percentages, sums of money and dates are the class number."""
    assert is_number(token) and shipped.class_of(token) == "number"


@pytest.mark.parametrize(
    "token", ["三农", "一带一路", "万一", "十分", "千方百计", "一把手", "统一", "GDP"]
)
def test_words_with_numerals_are_no_numbers(token):
    """A word is not a number because a numeral is in it."""
    assert not is_number(token)


def test_masks():
    """Names hidden by XX, ×× or 某某 are masks; ordinary letters are none."""
    assert is_mask("XX") and is_mask("××") and is_mask("某某") and not is_mask("GDP")


POPULAR = {"加强", "坚持", "推进", "实现", "问题", "工作"}


def test_popular_lists_would_drop_kept_words(shipped):
    """The lists most used drop words that ours keeps (baidu: 改变's neighbours 加强, 坚持 …)."""
    import os

    root = Path(
        os.environ.get("JIANGHUA_SHARED", Path(__file__).resolve().parents[2] / ".." / "shared")
    )
    path = root / "corpora" / "wordlists" / "stopwords-baidu.txt"
    if not path.is_file():
        pytest.skip("the popular stop lists are not here")
    listed = set(path.read_text("utf-8").split())
    assert listed & shipped.keep, "no longer a difference worth a keep list"
    assert not shipped.keep & set(shipped.set_aside)


def test_a_verb_does_not_swallow_a_unit(tmp_path):
    """A dated formulation of verb and unit is not kept whole, the unit is; a name stays whole."""
    _table(tmp_path, "a.csv", "term,kind", "三清工程,project")
    _table(
        tmp_path,
        "b.csv",
        "term,aliases,kind",
        "推进三清工程,,slogan",
        "三清工程办公室,三清办,institution",
    )
    own = read_lexicon(tmp_path)
    assert "三清工程" in own.terms and "推进三清工程" not in own.terms
    assert "三清工程办公室" in own.terms and own.variants["三清办"] == "三清工程办公室"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "，"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("header", [("term", "kind"), ("提法", "种类"), ("词", "类别")])
def test_own_tables_as_people_write_them(tmp_path, header, delimiter, encoding):
    """Headings in Chinese, semicolons, tabs and what Excel saves in China make the same lexicon."""
    lines = [
        delimiter.join(cells) for cells in (header, ("水渠清淤法", "rural"), ("渠长", "office"))
    ]
    (tmp_path / "mine.csv").write_bytes("\r\n".join(lines).encode(encoding))
    lexicon = read_lexicon(tmp_path)
    assert {"水渠清淤法", "渠长"} <= lexicon.terms
    assert lexicon.kinds["渠长"] == "office"


def test_values_tell_what_chinese_headings_leave_open(tmp_path):
    """词;类别 with classes sets words aside; the documented word,class is never read otherwise."""
    (tmp_path / "a.csv").write_text("词;类别;理由\n清淤段;portal;页面用语\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("word,class\n青川渠,place\n", encoding="utf-8")
    lexicon = read_lexicon(tmp_path)
    assert lexicon.set_aside["清淤段"] == "portal"
    assert lexicon.reasons["清淤段"] == "页面用语"
    assert lexicon.set_aside["青川渠"] == "place"


@pytest.mark.parametrize("text", ["词语表\n水渠\n", "名称,数量\n水渠,3\n", ""])
def test_a_table_that_cannot_be_told_is_answered_with_the_header(tmp_path, text):
    """The error shows the columns found and those that are wanted."""
    (tmp_path / "mine.csv").write_text(text, encoding="utf-8")
    with pytest.raises(JianghuaError, match="should be term,kind for words kept whole"):
        read_lexicon(tmp_path)
