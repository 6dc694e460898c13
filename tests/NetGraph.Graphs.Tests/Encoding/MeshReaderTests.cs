using NetGraph.Graphs.Encoding;

namespace NetGraph.Graphs.Tests.Encoding;

public sealed class MeshReaderTests
{
    [Theory]
    [InlineData("mesh.graphml", MeshFormat.GraphML)]
    [InlineData("/a.b/mesh.XML", MeshFormat.GraphML)]
    [InlineData("mesh.csv.json", MeshFormat.Json)]
    [InlineData("mesh.CSV", MeshFormat.Csv)]
    [InlineData("mesh", null)]
    [InlineData("mesh.txt", null)]
    [InlineData("-", null)]
    public void The_ending_tells_the_format(string file, MeshFormat? expected) => Assert.Equal(expected, MeshReader.FormatOf(file));

    [Theory]
    [InlineData("\ufeff <?xml version='1.0'?>", MeshFormat.GraphML)]
    [InlineData("<graphml>", MeshFormat.GraphML)]
    [InlineData("\r\n\t{", MeshFormat.Json)]
    [InlineData("\ufeff{", MeshFormat.Json)]
    [InlineData("[", MeshFormat.Json)]
    [InlineData("\ufeffsource,destination", MeshFormat.Csv)]
    [InlineData("", MeshFormat.Csv)]
    public void So_do_the_first_bytes(string text, MeshFormat expected) => Assert.Equal(expected, MeshReader.Guess(System.Text.Encoding.UTF8.GetBytes(text)));
}
