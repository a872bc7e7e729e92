"""For each alert series with which it fires after half an hour, and series with which it does not; as promtool writes them."""

# A minute apart: a constant, a counter that grows by so many each minute, and buckets of a histogram.
ON, OFF = "1x40", "0x40"


def series(metric, values, job="taskwire", **labels):
    listed = ", ".join(f'{name}="{value}"' for name, value in {"job": job, **labels}.items())
    return {f"{metric}{{{listed}}}": values}


def requests(status, each_minute):
    return series(
        "http_server_request_duration_seconds_count", f"0+{each_minute}x40", component="api", http_response_status_code=status
    )


def durations(metric, bound):
    """All observations between half the bound and the bound, in seconds."""
    result = {}
    for le, values in ((bound / 2, OFF), (bound, "0+60x40"), ("+Inf", "0+60x40")):
        result |= series(metric, values, le=le)
    return result


def gauge(metric, value, **labels):
    return series(metric, f"{value}x40", **labels)


def handled(outcome, each_minute):
    return series(
        "messaging_process_duration_seconds_count", f"0+{each_minute}x40", messaging_consumer_group_name="audit", taskwire_outcome=outcome
    )


def sidecar(metric, each_minute, **labels):
    return series(metric, f"0+{each_minute}x40", job="taskwire-sidecar", app_id="task-audit", **labels)


def model(each_minute, **error):
    return series("gen_ai_client_operation_duration_seconds_count", f"0+{each_minute}x40", gen_ai_request_model="m", **error)


def up(pod):
    return series("up", ON, namespace="tasks", component="audit", pod=pod)


def restarts(metric, pod):
    """Of a sidecar that ends every two minutes."""
    return series(metric, "0+0.5x40", job="kube-state-metrics", namespace="tasks", pod=pod, container="daprd")


def volume(percent):
    labels = {"job": "kubelet", "namespace": "tasks", "persistentvolumeclaim": "taskwire"}
    return {**series("kubelet_volume_stats_available_bytes", f"{percent}x40", **labels),
            **series("kubelet_volume_stats_capacity_bytes", "100x40", **labels)}


LATENESS = "taskwire_reminder_lateness_seconds_bucket"
LATENCY = "http_server_request_duration_seconds_bucket"

CASES = {
    "TaskwireDown": (series("up", "1x20 0x20"), series("up", "1x28 0x20")),
    "TaskwireAbsent": (series("up", ON, job="other"), series("up", ON)),
    "TaskwireRestarting": (
        series("process_start_time_seconds", "1x20 2 3 4 5x20"), series("process_start_time_seconds", "1x20 2x20"),
    ),
    "TaskwireNotReady": (
        gauge("taskwire_dependency_ready", 0, check="database"),
        {**gauge("taskwire_dependency_ready", 1, check="database"), **gauge("taskwire_dependency_ready", 0, check="sidecar")},
    ),
    "TaskwireSidecarMissing": (
        gauge("taskwire_dependency_ready", 0, check="sidecar"), gauge("taskwire_dependency_ready", 1, check="sidecar"),
    ),
    # Whether daprd is a native sidecar or not; that of another program in the cluster is none of Taskwire's.
    "TaskwireSidecarRestarts": (
        {**up("task-audit-1"), **restarts("kube_pod_init_container_status_restarts_total", "task-audit-1")},
        {**up("task-audit-1"), **restarts("kube_pod_container_status_restarts_total", "other-1")},
    ),
    # What a sidecar that goes on without a component has from its first moment: the counter never grows.
    "TaskwireComponentFails": (
        series("dapr_runtime_component_init_fail_total", "_x10 2x40", job="taskwire-sidecar", app_id="task-chat", component="state.redis"),
        series("dapr_runtime_component_init_total", "1x40", job="taskwire-sidecar", app_id="task-chat", component="state.redis"),
    ),
    # A full disk has an alert of its own, and refused requests are no failures.
    "TaskwireErrors": (
        {**requests(200, 90), **requests(500, 10)}, {**requests(200, 990), **requests(500, 10), **requests(507, 100), **requests(404, 100)},
    ),
    "TaskwireSlow": (durations(LATENCY, 2.5), durations(LATENCY, 0.25)),
    "TaskwireWaitsForConnections": (
        gauge("db_client_connection_pending_requests", 3, db_client_connection_pool_name="postgres"),
        series("db_client_connection_pending_requests", "3x26 0 3x20", db_client_connection_pool_name="postgres"),
    ),
    # One refused request, after which the process is not ready and gets no more; another outage, without a refusal.
    "TaskwireDiskFull": (
        {
            **series("http_server_request_duration_seconds_count", "_x20 1x20", http_response_status_code=507),
            **series("taskwire_dependency_ready", "1x20 0x20", check="database"),
        },
        {**requests(500, 1), **series("taskwire_dependency_ready", "1x20 0x20", check="database")},
    ),
    "TaskwireDiskFills": (
        {**up("task-audit-1"), **volume(15)}, {**up("task-audit-1"), **volume(25)},
    ),
    "TaskwireNobodyPublishes": (
        {**gauge("taskwire_relay_active", 0, instance="a"), **gauge("taskwire_relay_active", 0, instance="b")},
        {**gauge("taskwire_relay_active", 0, instance="a"), **gauge("taskwire_relay_active", 1, instance="b")},
    ),
    "TaskwireOutboxOld": (gauge("taskwire_outbox_oldest_age_seconds", 90), gauge("taskwire_outbox_oldest_age_seconds", 30)),
    "TaskwirePublishingRefused": (gauge("taskwire_relay_refused", 1), gauge("taskwire_relay_refused", 0)),
    "TaskwireBacklog": (
        gauge("taskwire_consumer_lag_events", 2000, consumer="audit"), gauge("taskwire_consumer_lag_events", 900, consumer="audit"),
    ),
    "TaskwireConsumerFails": (
        {**handled("ack", 80), **handled("retry", 10), **handled("unavailable", 10)}, {**handled("ack", 95), **handled("retry", 5)},
    ),
    "TaskwireLogWaits": (gauge("taskwire_log_waiting_seconds", 120), gauge("taskwire_log_waiting_seconds", 20)),
    # Old ones stay until somebody replays them: only new ones are news. The first makes the series.
    "TaskwireDeadLetters": (
        series("taskwire_dead_letters", "_x22 1x20", consumer="audit"), gauge("taskwire_dead_letters", 4, consumer="audit"),
    ),
    "TaskwireDeliveriesDropped": (
        series("dapr_component_pubsub_ingress_count", "_x22 1x20", job="taskwire-sidecar", app_id="task-audit", process_status="drop"),
        {
            **sidecar("dapr_component_pubsub_ingress_count", 9, process_status="success"),
            **series("dapr_component_pubsub_ingress_count", "7x40", job="taskwire-sidecar", app_id="task-audit", process_status="drop"),
        },
    ),
    "TaskwireRemindersLate": (durations(LATENESS, 300), durations(LATENESS, 5)),
    "TaskwireForgedDeliveries": (
        series("taskwire_forged_deliveries_total", "0+1x40", consumer="audit"),
        series("taskwire_forged_deliveries_total", "7x40", consumer="audit"),
    ),
    "TaskwireModelFails": ({**model(70), **model(30, error_type="503")}, {**model(90), **model(10, error_type="503")}),
}
