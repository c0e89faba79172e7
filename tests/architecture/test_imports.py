"""The house: who may import whom (DESIGN §2), read from every file's imports."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

BELOW = {
    f"wardsecurity.{name}"
    for name in [
        "env",
        "text",
        "numbers",
        "errors",
        "constraints",
        "append_only",
        "scoping",
        "formats",
    ]
}
# Each package, and the packages of ours it may import, itself aside.
MAY_IMPORT: dict[str, set[str]] = {
    **dict.fromkeys(BELOW, BELOW),
    "wardsecurity.borrowed": set(),
    "wardsecurity.forms": BELOW,
    "wardsecurity.permissions": BELOW,
    # Of the files, what knows neither Django nor a ward: types and refusals by content.
    "wardsecurity.spreadsheets": BELOW
    | {
        "wardsecurity.files.findings",
        "wardsecurity.files.office",
        "wardsecurity.files.sniffing",
    },
    "wardsecurity.audit": BELOW | {"wardsecurity.permissions", "wardsecurity.admin"},
    "wardsecurity.accounts": BELOW
    | {"wardsecurity.permissions", "wardsecurity.admin", "wardsecurity.audit"},
    "wardsecurity.wards": BELOW
    | {
        "wardsecurity.permissions",
        "wardsecurity.admin",
        "wardsecurity.forms",
        "wardsecurity.spreadsheets",
        "wardsecurity.audit",
        "wardsecurity.accounts",
    },
    "wardsecurity.files": BELOW
    | {
        "wardsecurity.permissions",
        "wardsecurity.audit",
        "wardsecurity.accounts",
        "wardsecurity.wards",
    },
    "wardsecurity.notices": BELOW
    | {
        "wardsecurity.permissions",
        "wardsecurity.forms",
        "wardsecurity.audit",
        "wardsecurity.accounts",
        "wardsecurity.wards",
    },
    "wardsecurity.jobs": BELOW
    | {
        "wardsecurity.permissions",
        "wardsecurity.audit",
        "wardsecurity.accounts",
        "wardsecurity.wards",
    },
    "wardsecurity.papers": BELOW
    | {
        "wardsecurity.permissions",
        "wardsecurity.forms",
        "wardsecurity.audit",
        "wardsecurity.accounts",
        "wardsecurity.wards",
        "wardsecurity.files",
    },
    "commitments": {"wardsecurity"},
    "criteria": {"wardsecurity", "commitments"},
}
# The composition root names the apps; the rest of the ground floor never does.
ROOTS = {"settings", "urls", "wsgi", "apps", "admin", "health", "demo"}
LAYERS = {
    "models": {"models"},
    "selectors": {"models", "selectors"},
    "services": {"models", "selectors", "services"},
    "papers": {"models", "selectors", "papers"},
    "forms": {"models", "selectors", "services", "forms"},
    "views": {"selectors", "services", "forms", "papers", "views"},
    "templatetags": {"selectors"},
}


FILES = [
    path
    for package in ("wardsecurity", "commitments", "criteria")
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts
]


def type_checking_only(tree):
    """Imports under `if TYPE_CHECKING:` are no dependency at run time."""
    return {
        node
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.dump(branch.test)
        for node in ast.walk(branch)
    }


def imports(path):
    """Every module a file imports, inside functions included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    left_out = type_checking_only(tree)
    for node in ast.walk(tree):
        if node in left_out:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def belongs(module, package):
    return module == package or module.startswith(f"{package}.")


def package_of(module):
    """The row of MAY_IMPORT a module falls under: the longest that fits."""
    fits = [package for package in MAY_IMPORT if belongs(module, package)]
    return max(fits, key=len, default=None)


def is_ours(module):
    return module.split(".")[0] in ("wardsecurity", "commitments", "criteria")


def faults_of(module, imported):
    own = package_of(module)
    if own is None:
        return []
    allowed = MAY_IMPORT[own] | {own}
    return [
        name
        for name in imported
        if is_ours(name)
        and name != "wardsecurity"
        and not any(belongs(name, package) for package in allowed)
    ]


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_imports_run_one_way(path):
    module = module_of(path)
    name = module.removeprefix("wardsecurity.").split(".")[0]
    if module.startswith("wardsecurity") and name in ROOTS | {"wardsecurity"}:
        wrong = [one for one in imports(path) if one.startswith("commitments")]
        assert not wrong
        return
    assert package_of(module), f"{module} has no row in MAY_IMPORT"
    assert faults_of(module, imports(path)) == []


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_layers_run_one_way(path):
    module = module_of(path).split(".")
    if module[0] not in ("commitments", "criteria") or module[1:2] == []:
        return
    layer = module[1]
    if layer not in LAYERS:
        return
    wrong = [
        name
        for name in imports(path)
        if (parts := name.split("."))[0] in ("commitments", "criteria")
        and len(parts) > 1
        and parts[1] in LAYERS
        and parts[1] not in LAYERS[layer]
    ]
    assert wrong == []


def test_the_guard_bites():
    assert faults_of("wardsecurity.wards.services", ["criteria.models"])
    assert faults_of("commitments.models.campaigns", ["criteria.models.sets"])
    assert faults_of("wardsecurity.audit.services", ["wardsecurity.wards.models"])
    assert not faults_of("criteria.views.boards", ["commitments.models"])


def test_scoring_stands_on_nothing():
    path = ROOT / "criteria" / "scoring.py"
    assert not [name for name in imports(path) if is_ours(name) or "django" in name]
