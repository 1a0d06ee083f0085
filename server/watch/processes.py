"""The processes that serve, told to Prometheus under the names every dashboard knows."""

from collections.abc import Callable, Iterator, Mapping

import psutil
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry


class Processes(Collector):
    """CPU, memory, files and age of each worker, asked when Prometheus asks.

    The library's own collector knows the process it runs in alone, and where several serve that is
    the one that does not.
    """

    def __init__(self, registry: CollectorRegistry, pids: Callable[[], Mapping[int, int]]) -> None:
        self._pids = pids
        registry.register(self)

    def collect(self) -> Iterator[Metric]:
        """The samples, by the number of the worker."""
        cpu = CounterMetricFamily("process_cpu_seconds", "CPU time of a worker.", labels=["worker"])
        memory = GaugeMetricFamily(
            "process_resident_memory_bytes", "Memory of a worker.", labels=["worker"]
        )
        files = GaugeMetricFamily(
            "process_open_fds", "Files and sockets a worker has open.", labels=["worker"]
        )
        began = GaugeMetricFamily(
            "process_start_time_seconds", "When a worker was started.", labels=["worker"]
        )
        for number, pid in sorted(self._pids().items()):
            worker = [str(number)]
            try:
                process = psutil.Process(pid)
                with process.oneshot():
                    times = process.cpu_times()
                    cpu.add_metric(worker, times.user + times.system)
                    memory.add_metric(worker, process.memory_info().rss)
                    files.add_metric(worker, process.num_fds())
                    began.add_metric(worker, process.create_time())
            except psutil.Error:
                # It ended just now.
                continue
        yield from (cpu, memory, files, began)
