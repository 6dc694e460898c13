using System.Buffers.Binary;
using System.IO.Compression;
using NetGraph.Testing;

namespace NetGraph.EndToEnd.Tests;

/// <summary>Headless Chromium, and the pixels of what it shows.</summary>
internal static class Browser
{
    /// <summary>Renders a page or picture into a PNG file.</summary>
    /// <returns>The pixels as 0xRRGGBB, by row and column.</returns>
    public static async Task<int[,]> RenderAsync(Uri address, string file, int width, int height)
    {
        var profile = Directory.CreateTempSubdirectory("netgraph-chromium-");
        try
        {
            File.Delete(file);
            var run = await Command.RunAsync("chromium",
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run", "--hide-scrollbars",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", $"--user-data-dir={profile.FullName}",
                $"--window-size={width},{height}", "--virtual-time-budget=5000", $"--screenshot={file}", address.AbsoluteUri,
            ], patience: TimeSpan.FromSeconds(120));
            Assert.True(File.Exists(file), run.Error);
            return Decode(await File.ReadAllBytesAsync(file));
        }
        finally
        {
            profile.Delete(recursive: true);
        }
    }

    /// <summary>Decodes a PNG of 8 bits a channel without interlace, which is what Chromium writes (W3C PNG, sections 5, 7 and 9).</summary>
    private static int[,] Decode(byte[] png)
    {
        int width = 0, height = 0, channels = 0;
        using var packed = new MemoryStream();
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            var kind = System.Text.Encoding.ASCII.GetString(png, at + 4, 4);
            var data = png.AsSpan(at + 8, length);
            if (kind == "IHDR")
            {
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]));
                Assert.Equal(8, data[8]);
                channels = data[9] switch { 2 => 3, 6 => 4, var type => throw new NotSupportedException($"PNG colour type {type}") };
            }
            else if (kind == "IDAT")
            {
                packed.Write(data);
            }

            at += length + 12;
        }

        packed.Position = 0;
        using var unpacked = new ZLibStream(packed, CompressionMode.Decompress);
        var pixels = new int[height, width];
        byte[] line = new byte[width * channels], above = new byte[width * channels];
        for (var y = 0; y < height; y++)
        {
            var filter = unpacked.ReadByte();
            unpacked.ReadExactly(line);
            for (var i = 0; i < line.Length; i++)
            {
                int left = i >= channels ? line[i - channels] : 0, up = above[i], corner = i >= channels ? above[i - channels] : 0;
                line[i] += (byte)(filter switch { 1 => left, 2 => up, 3 => (left + up) / 2, 4 => Paeth(left, up, corner), _ => 0 });
            }

            for (var x = 0; x < width; x++) pixels[y, x] = (line[x * channels] << 16) | (line[(x * channels) + 1] << 8) | line[(x * channels) + 2];
            (line, above) = (above, line);
        }

        return pixels;
    }

    private static int Paeth(int left, int up, int corner)
    {
        var estimate = left + up - corner;
        int a = Math.Abs(estimate - left), b = Math.Abs(estimate - up), c = Math.Abs(estimate - corner);
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }
}
