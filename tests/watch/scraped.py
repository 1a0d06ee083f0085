"""Metrics as Prometheus reads them."""

from typing import Any

import httpx
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families


class Scraped:
    """One reading; a sample that is not there counts as 0."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.families = {family.name: family for family in text_string_to_metric_families(text)}
        self._samples = [sample for family in self.families.values() for sample in family.samples]

    def __call__(self, name: str, **labels: str) -> float:
        """The sum of the samples of ``kairan_name`` with these labels."""
        return sum(
            sample.value
            for sample in self._samples
            if sample.name in (name, f"kairan_{name}") and labels.items() <= sample.labels.items()
        )

    def labels(self) -> set[tuple[str, str, str]]:
        """Every metric's labels and their values."""
        return {
            (sample.name, label, value)
            for sample in self._samples
            for label, value in sample.labels.items()
        }


def of_app(app: Any) -> Scraped:
    """The metrics of an application in this process."""
    registry: CollectorRegistry = app.state.watch.metrics.registry
    return Scraped(generate_latest(registry).decode())


def of_port(port: int) -> Scraped:
    """What the port tells."""
    return Scraped(
        httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=10).raise_for_status().text
    )
