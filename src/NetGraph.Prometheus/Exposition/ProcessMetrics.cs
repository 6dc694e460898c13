using System.Diagnostics;
using NetGraph.Measurements;

namespace NetGraph.Prometheus.Exposition;

/// <summary>Metrics that every program has of itself.</summary>
public static class ProcessMetrics
{
    /// <summary>Writes version, memory, processor time and start of this process.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="component"><c>agent</c>, <c>collector</c> or <c>api</c>.</param>
    public static void Write(ExpositionWriter writer, string component)
    {
        ArgumentNullException.ThrowIfNull(writer);
        using var process = Process.GetCurrentProcess();
        writer.Write(Metrics.BuildInfo, 1, component, typeof(ProcessMetrics).Assembly.GetName().Version?.ToString(3));
        writer.Write(Metrics.ProcessResidentMemory, process.WorkingSet64);
        writer.Write(Metrics.ProcessCpu, process.TotalProcessorTime.TotalSeconds);
        writer.Write(Metrics.ProcessStart, new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0);
    }
}
