"""Where a walk through a job stands, and the words in which it says what the job needs and whom it changes."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, field

from blastradius.model import Kind
from blastradius.scanners.building import IMAGE, build_needs, read_recipe
from blastradius.scanners.folders import folder_alias
from blastradius.scanners.pipelines.facts import Telling
from blastradius.scanners.pipelines.model import Job, Place, Problem, Step
from blastradius.scanners.pipelines.state import HERE, NAME, REGION, State, untagged
from blastradius.scanners.pipelines.variables import fill, open_in
from blastradius.scanners.registries import ReadText
from blastradius.scanners.shell import Branch


@dataclass(slots=True)
class Walk:
    """Says of one step after another to `telling` what it does.

    Attributes:
        telling: takes the facts.
        read: gives the text of a file of the tree.
        files: paths of the tree.
        folders: those of the tree.
        job: that is walked through.
        step: that is walked through.
        number: of that step, through all jobs.
        state: what is known of the job now.
    """

    telling: Telling
    read: ReadText
    files: frozenset[str]
    folders: frozenset[str]
    job: Job = field(default_factory=lambda: Job("", "", Place("", 1)))
    step: Step = field(default_factory=lambda: Step(Place("", 1)))
    number: int = 0
    state: State = field(default_factory=lambda: State({}))

    @property
    def via(self) -> str:
        """What shows a fact: the job."""
        return f"job {self.job.name}"

    @property
    def around(self) -> Branch:
        """The arm that the step is, where it may be left out."""
        return ((-self.number, 0),) if self.step.conditional else ()

    @property
    def optional(self) -> bool:
        """Whether the pipeline goes on where the step fails."""
        return self.step.optional or self.job.optional

    def fill(self, said: str) -> str:
        """A text with the variables that are known here."""
        return fill(said, self.state.values)

    def given(self, *names: str) -> str:
        """An argument of the action of this step."""
        return next((self.fill(self.step.given[name]).strip() for name in names if self.step.given.get(name)), "")

    def path(self, said: str) -> str | None:
        """A path of the tree as a command names it where it runs; None for one outside or one that is not known."""
        said = self.fill(said).strip()
        if open_in(said) or "://" in said or len(said) > 1_000:
            return None
        if said == HERE or said.startswith(f"{HERE}/"):
            joined = posixpath.normpath(said.removeprefix(HERE).strip("/") or ".")
        elif said.startswith(("~", "/")):
            return None
        else:
            joined = posixpath.normpath(posixpath.join(self.state.folder, said or "."))
        return None if joined.startswith("..") else "" if joined == "." else joined

    def problem(self, reason: str, place: Place, reference: str | None = None, provider: str | None = None) -> None:
        """Write down what could not be seen."""
        whole = f"{self.via}: {reason}: state the dependency in blastradius.yaml"
        self.telling.problem(Problem(whole, place, reference, provider))

    def known(self, said: str, what: str, place: Place) -> bool:
        """Whether a name is known; writes down that it is not, where a variable stands for it."""
        unknown = open_in(said)
        if unknown:
            self.problem(f"{what} is named by {unknown}, which the file does not state", place, unknown)
            return False
        return bool(NAME.fullmatch(said))

    def need(self, said: str | tuple[str, ...], via: str, place: Place, reason: str, *, kind: Kind | None = None, note: str | None = None) -> None:  # fmt: skip
        """Write down that the job needs an id, a host or a name."""
        first = said if isinstance(said, str) else said[0]
        is_id = kind is not None or first.startswith(("aws:", "gcp:", "azure:", "arn:", "s3://", "gs://"))
        self.telling.need(
            self.job.key, said, "resource" if is_id else "address", f"{self.via}: {via}", place, reason, kind=kind,
            note=note, optional=self.optional,
        )  # fmt: skip

    def changes(self, said: str, via: str, place: Place, kind: Kind | None = None, what: str = "") -> None:
        """Write down that the job changes what bears a name."""
        self.telling.publishes(self.job.key)
        if self.known(said, what or via, place):
            self.telling.changes(
                self.job.key, said, "any", f"{self.via}: {via}", place, "it is changed by that", kind=kind
            )

    def changes_path(self, said: str, via: str, place: Place) -> None:
        """Write down that the job applies what is declared at a path of the tree."""
        self.telling.publishes(self.job.key)
        path = self.path(said)
        if path is None:
            if "://" not in said and not said.startswith(("/", "-", "~")):
                unknown = open_in(said) or said[:100]
                self.problem(f"{via} applies {unknown}, which nothing here tells", place, open_in(said) or None)
            return
        reason = "what is declared there is changed by that"
        self.telling.changes(self.job.key, path or ".", "path", f"{self.via}: {via}", place, reason)

    def changes_files(self, folder: str, names: tuple[str, ...], via: str, place: Place) -> None:
        """Write down that the job applies what is declared in a file of a folder: the first of some names that is there."""
        self.telling.publishes(self.job.key)
        around = self.path(folder)
        paths = [posixpath.join(around, name) for name in names] if around is not None else []
        found = next((path for path in paths if path in self.files), None)
        if found is not None:
            reason = "what is declared there is changed by that"
            self.telling.changes(self.job.key, found, "path", f"{self.via}: {via}", place, reason)

    def changes_built(self, folder: str, via: str, place: Place) -> None:
        """Write down that the job deploys what is built from a folder."""
        self.telling.publishes(self.job.key)
        path = self.path(folder)
        if path is not None:
            reason = "what is built from that folder is changed by that"
            self.telling.changes(self.job.key, folder_alias(path), "path", f"{self.via}: {via}", place, reason)

    def image(self, said: str, via: str, place: Place, reason: str) -> bool:
        """Write down that the job needs an image; tells whether it is known which."""
        said = self.fill(said).strip().removeprefix("docker://")
        if IMAGE.fullmatch(said):
            self.telling.need(self.job.key, said, "image", via, place, reason, optional=self.optional)
            return True
        unknown = open_in(said)
        if not unknown:
            return False
        (host, slash, _), plain = said.partition("/"), untagged(said)
        if slash and IMAGE.fullmatch(plain):  # only the tag is open
            self.telling.need(self.job.key, plain, "image", via, place, reason, optional=self.optional)
            return True
        if slash and "." in host and not open_in(host):
            self.telling.need(self.job.key, host, "address", via, place, reason, optional=self.optional)
        self.problem(f"an image is named by {unknown}, which the file does not state", place, unknown)
        return False

    def pushes(self, said: str, via: str, place: Place) -> None:
        """Write down that the job publishes an image: whoever runs it is changed by that."""
        if self.state.rehearsal and said.startswith(("localhost", "127.", "kind-registry")):
            return
        self.telling.publishes(self.job.key)
        if self.image(said, f"{self.via}: {via}", place, "it is published there"):
            plain, changed = untagged(self.fill(said).strip()), "what runs the image is changed by that"
            self.telling.changes(self.job.key, plain, "image", f"{self.via}: {via}", place, changed)

    def builds(
        self,
        context: str,
        dockerfile: str,
        target: str,
        via: str,
        place: Place,
        pushed: bool,
        images: Sequence[str] = (),
    ) -> None:
        """Write down what building an image needs, and, where it is published, who is changed by that.

        Args:
            context: folder as it is written.
            dockerfile: path as it is written; empty for the usual one of the context.
            target: stage that is built; empty for the last one.
            via: what shows it.
            place: where it stands.
            pushed: whether what is built is published.
            images: names under which it is, where known.
        """
        folder = self.path(context or ".")
        if folder is None:
            return
        path = self.path(dockerfile) if dockerfile else posixpath.join(folder, "Dockerfile")
        content = self.read(path) if path is not None and path in self.files else None
        if path is None or content is None:
            return
        recipe = read_recipe(content)
        for one in build_needs(recipe, target=target, folder=folder, read=self.read):
            here, shown = Place(path, one.line), f"{self.via}: {via} {one.via}"
            if not one.text:
                self.problem(f"{one.via}: {one.problem}", here)
                continue
            self.telling.need(
                self.job.key, one.text, "image" if one.is_image else "address", shown, here, "it is fetched when the image is built",
                basis="inferred" if one.inferred else "declared", optional=self.optional,
            )  # fmt: skip
        if pushed:
            reason = "what is built from that folder is changed by that"
            alias = folder_alias(posixpath.dirname(path))
            for image in images:
                plain = untagged(self.fill(image).strip())
                if IMAGE.fullmatch(plain):
                    self.telling.built(plain, posixpath.dirname(path) or ".", place)
            self.telling.changes(self.job.key, alias, "path", f"{self.via}: {via}", place, reason)

    def regions(self, said: str | None) -> list[str]:
        """Regions that a text, else the job's variables, name; several in a loop; none where nobody can tell."""
        if said is None:
            for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "env.AWS_REGION", "env.AWS_DEFAULT_REGION"):
                if name in self.state.values or name in self.state.loops:
                    said = said or self.state.values.get(name, f"${{{name}}}")
        if not said:
            return []
        return [one for one in self.state.choices(self.fill(said)) if REGION.fullmatch(one)]

    def cloud(self, provider: str, service: str, regions: list[str], via: str, place: Place, plane: str = "control-plane") -> None:  # fmt: skip
        """Write down that a job calls a cloud's API; in a region that is not known where none is stated."""
        reason = "the job calls it"
        for region in regions or ["unknown"]:
            note = None if regions else "the region is not stated where the job runs it"
            self.need(f"{provider}:{plane}/{region}/{service}", via, place, reason, note=note)
