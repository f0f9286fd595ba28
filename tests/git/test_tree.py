from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from walint.git import tree
from walint.git.command import Git, GitError
from walint.git.tree import Entry


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "unpacked" / "tree"
    made.mkdir(parents=True)
    return made


def unpack(repository: Any, folder: Path, commit: str = "HEAD", most: int = 10_000) -> dict[str, str]:
    """Unpacks a commit; what is there then: the content of files, "-> target" of links."""
    git = Git(repository.folder)
    tree.unpack(git, tree.entries(git, commit), folder, lambda _path, _content: True, most)
    return found(folder)


def found(folder: Path) -> dict[str, str]:
    names = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {
        name: f"-> {path.readlink()}" if path.is_symlink() else path.read_text()
        for name, path in sorted(names.items())
        if path.is_symlink() or path.is_file()
    }


def hostile_tree(repository: Any, *entries: tuple[str, str, str]) -> str:
    """A tree object as no git would write it: entries of mode, name and id; the commit that holds it."""
    content = b"".join(f"{mode} {name}\0".encode() + bytes.fromhex(identity) for mode, name, identity in entries)
    command = ["git", "hash-object", "-t", "tree", "-w", "--literally", "--stdin"]
    made = subprocess.run(command, cwd=repository.folder, input=content, capture_output=True, check=True)
    commit: str = repository.git("commit-tree", made.stdout.decode().strip(), "-m", "hostile")
    return commit


def blob(repository: Any, text: str) -> str:
    command = ["git", "hash-object", "-w", "--stdin"]
    made = subprocess.run(command, cwd=repository.folder, input=text.encode(), capture_output=True, check=True)
    return made.stdout.decode().strip()


def test_the_tree_of_a_commit_not_that_of_the_work_tree(repository: Any, folder: Path) -> None:
    repository.write("a.yaml", "old\n")
    repository.write("deep/er/ü b.yaml", "kept\n")
    old = repository.commit()
    repository.write("a.yaml", "new\n")
    repository.commit()
    assert unpack(repository, folder, old) == {"a.yaml": "old\n", "deep/er/ü b.yaml": "kept\n"}


def test_two_files_of_one_content_are_both_there(repository: Any, folder: Path) -> None:
    repository.write("a", "same\n")
    repository.write("b", "same\n")
    repository.commit()
    assert unpack(repository, folder) == {"a": "same\n", "b": "same\n"}


def test_what_is_not_worth_it_or_too_large_is_left_out(repository: Any, folder: Path) -> None:
    repository.write("a.yaml", "Resources\n")
    repository.write("b.yaml", "none\n")
    repository.write("c.yaml", "Resources\n" * 10)
    repository.commit()
    git = Git(repository.folder)
    tree.unpack(git, tree.entries(git, "HEAD"), folder, lambda _, content: b"Resources" in content, 20)
    assert found(folder) == {"a.yaml": "Resources\n"}


def test_line_ends_and_filters_are_those_of_the_blob(repository: Any, folder: Path) -> None:
    repository.write(".gitattributes", "*.yaml text eol=crlf\nsecret.yaml export-ignore\n")
    repository.write("secret.yaml", "a\nb\n")
    repository.commit()
    unpack(repository, folder)
    assert (folder / "secret.yaml").read_bytes() == b"a\nb\n"


def test_links_stay_inside(repository: Any, folder: Path) -> None:
    repository.write("real/a.yaml", "a\n")
    links = {"link.yaml": "real/a.yaml", "folder": "real", "real/up.yaml": "../link.yaml", "only/here.yaml": "../real"}
    bad = {"out": "../outside", "absolute": "/etc/hostname", "deep/out": "../../outside", "dots": "real/../../outside"}
    for name, target in {**links, **bad}.items():
        place = repository.folder / name
        place.parent.mkdir(exist_ok=True)
        place.symlink_to(target)
    repository.commit()
    expected = {"real/a.yaml": "a\n", **{name: f"-> {target}" for name, target in links.items()}}
    assert unpack(repository, folder) == dict(sorted(expected.items()))


def test_a_tree_cannot_write_outside(repository: Any, folder: Path) -> None:
    text = blob(repository, "stolen\n")
    for name in ("..", ".", ".git", ".GIT"):
        content = hostile_tree(repository, ("100644", "x", text))
        nested = repository.git("rev-parse", f"{content}^{{tree}}")
        commit = hostile_tree(repository, ("40000", name, nested))
        assert unpack(repository, folder, commit) == {}
    commit = hostile_tree(repository, ("100644", "../x", text), ("100644", "/x", text))
    assert unpack(repository, folder, commit) == {}
    assert list(folder.parent.iterdir()) == [folder]


def test_a_tree_cannot_write_through_its_own_link(repository: Any, folder: Path, tmp_path: Path) -> None:
    """One name that is a link out of the tree and a folder with a file in it."""
    text = blob(repository, "stolen\n")
    outside = tmp_path / "outside"
    outside.mkdir()
    target = blob(repository, str(outside))
    nested = repository.git("rev-parse", f"{hostile_tree(repository, ('100644', 'x', text))}^{{tree}}")
    commit = hostile_tree(repository, ("120000", "a", target), ("40000", "a", nested))
    assert unpack(repository, folder, commit) == {"a/x": "stolen\n"}
    assert list(outside.iterdir()) == []


def test_a_link_is_not_made_through_another_link(repository: Any, folder: Path) -> None:
    text, inside, deep = (blob(repository, one) for one in ("x\n", "real", "x"))
    nested = repository.git("rev-parse", f"{hostile_tree(repository, ('120000', 'l', deep))}^{{tree}}")
    real = repository.git("rev-parse", f"{hostile_tree(repository, ('100644', 'x', text))}^{{tree}}")
    commit = hostile_tree(repository, ("120000", "a", inside), ("40000", "a", nested), ("40000", "real", real))
    assert "real/l" not in unpack(repository, folder, commit)


def test_a_file_that_is_a_folder_too_is_left_out(repository: Any, folder: Path) -> None:
    text = blob(repository, "x\n")
    nested = repository.git("rev-parse", f"{hostile_tree(repository, ('100644', 'x', text))}^{{tree}}")
    commit = hostile_tree(repository, ("100644", "a", text), ("40000", "a", nested))
    assert len(unpack(repository, folder, commit)) == 1


def test_a_tree_without_end_is_refused(repository: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "_MOST_BYTES", 100)
    git, identity = Git(repository.folder), blob(repository, "x" * 50)
    wanted = [Entry(f"{number}.yaml", "100644", identity) for number in range(3)]
    with pytest.raises(GitError, match="more than 100 bytes"):
        tree.unpack(git, wanted, folder, lambda _path, _content: True, 1_000)


def test_submodules_are_entries_without_files(repository: Any, folder: Path) -> None:
    head = repository.commit()
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{head},module")
    repository.git("commit", "--quiet", "-m", "module")
    git = Git(repository.folder)
    assert [entry.is_submodule for entry in tree.entries(git, "HEAD")] == [True]
    assert unpack(repository, folder) == {}
    assert tree.indexed(git) == tree.Indexed(frozenset(), frozenset({"module"}), frozenset())


def test_the_index_tells_what_a_sparse_checkout_leaves_out(repository: Any) -> None:
    repository.write("kept/a.yaml", "a\n")
    repository.write("left/b.yaml", "b\n")
    repository.commit()
    repository.git("sparse-checkout", "set", "kept")
    names = frozenset({"kept/a.yaml", "left/b.yaml"})
    assert tree.indexed(Git(repository.folder)) == tree.Indexed(names, frozenset(), frozenset({"left/b.yaml"}))


def test_names_that_are_no_text(repository: Any, folder: Path) -> None:
    (repository.folder / "caf\udce9.yaml").write_text("a\n")
    repository.commit()
    assert unpack(repository, folder) == {"caf\udce9.yaml": "a\n"}


def test_a_repository_of_the_longer_ids(clean_git: None, folder: Path, tmp_path: Path) -> None:  # noqa: ARG001
    place = tmp_path / "longer"
    subprocess.run(["git", "init", "--quiet", "--object-format=sha256", str(place)], check=True)
    (place / "a.yaml").write_text("a\n")
    for command in (["add", "--all"], ["commit", "--quiet", "-m", "a"]):
        subprocess.run(["git", *command], cwd=place, check=True)
    git = Git(place)
    tree.unpack(git, tree.entries(git, "HEAD"), folder, lambda _path, _content: True, 100)
    assert (found(folder), tree.indexed(git).files) == ({"a.yaml": "a\n"}, {"a.yaml"})
