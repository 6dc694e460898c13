using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>Writes a mesh as comma-separated values (RFC 4180), a line per link.</summary>
public static class CsvWriter
{
    /// <summary>Writes a header and the links. A value that was not measured is an empty field.</summary>
    /// <param name="mesh">What to write.</param>
    /// <param name="group">What fills the columns <c>source_group</c> and <c>destination_group</c>.</param>
    /// <param name="output">Where to.</param>
    public static void Write(Mesh mesh, GroupKey group, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentNullException.ThrowIfNull(output);
        output.Write($"source,destination,{string.Join(',', LinkField.All.Select(field => field.Name))},quality,state,source_group,destination_group\n");
        foreach (var link in mesh.Links)
        {
            MeshNode source = mesh.Nodes[link.Source], destination = mesh.Nodes[link.Destination];
            output.Write(SafeText.Csv(source.Name));
            output.Write(',');
            output.Write(SafeText.Csv(destination.Name));
            foreach (var field in LinkField.All)
            {
                var value = field.Value(mesh, link);
                output.Write(',');
                if (double.IsFinite(value)) output.Write(SafeText.Number(value));
            }

            output.Write($",{link.Quality.ToName()},{LinkField.NameOf(link.State)},{SafeText.Csv(source.GroupBy(group))},{SafeText.Csv(destination.GroupBy(group))}\n");
        }
    }
}
