using System.Globalization;
using NetGraph.Scale;

const string Usage = """
    netscale makes measurements of a large mesh, and asks an api at an even pace.

      netscale families                                      list the metrics that it writes, one a line; "nodes" are those of one series a node
      netscale write FAMILY NODES TIME openmetrics|plain     write the samples of a metric to standard output: for promtool with seconds and # EOF,
                                                             for an import of Prometheus' text format with milliseconds
      netscale pace URL RATE SECONDS                         send so many requests a second and print the milliseconds: median, 99th percentile, largest

    TIME is that of the newest sample, in seconds since 1970. Exit codes: 0 done, 1 failed, 2 wrong usage.
    """;

try
{
    switch (args)
    {
        case ["families"]:
            foreach (var family in MeshSamples.Families) Console.WriteLine(family);
            return 0;
        case ["write", var family, var nodes, var time, "openmetrics" or "plain"] when MeshSamples.Families.Contains(family):
            using (var output = Console.OpenStandardOutput())
            {
                var samples = new MeshSamples(int.Parse(nodes, CultureInfo.InvariantCulture), long.Parse(time, CultureInfo.InvariantCulture));
                samples.Write(family, isOpenMetrics: args[4] == "openmetrics", output);
            }

            return 0;
        case ["pace", var url, var rate, var seconds]:
            return await Pace.RunAsync(new Uri(url), int.Parse(rate, CultureInfo.InvariantCulture), int.Parse(seconds, CultureInfo.InvariantCulture));
        default:
            Console.Error.WriteLine(Usage);
            return 2;
    }
}
catch (Exception error) when (error is FormatException or OverflowException or IOException or HttpRequestException or ArgumentException)
{
    Console.Error.WriteLine($"netscale: {error.Message}");
    return 1;
}
