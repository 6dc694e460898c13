using System.Collections.Immutable;
using System.Globalization;

namespace NetGraph.Graphs.Encoding;

/// <summary>Colours from worst to best in even steps of perceived lightness, told apart with any colour vision: warm and strong is bad, cool and faint is good.</summary>
internal sealed record ColorScale(ImmutableArray<string> Steps)
{
    public const int StepCount = 7;
    public const string DownColor = "#b3007a";
    public const string UnknownColor = "#8a8f98";

    /// <summary>On a light ground: the worst is darkest.</summary>
    public static ColorScale Light { get; } = Between((0x9e, 0x12, 0x1c), (0xd9, 0x7a, 0x2b), (0xa3, 0xc1, 0xdb));

    /// <summary>On a dark ground: the worst is lightest.</summary>
    public static ColorScale Dark { get; } = Between((0xff, 0xd4, 0x6b), (0xe0, 0x7f, 0x3e), (0x3f, 0x63, 0x86));

    /// <summary>On a light ground, for changes: the ends are darkest, what did not change is faint. Red and blue are told apart with any colour vision.</summary>
    public static ColorScale ChangeLight { get; } = Between((0x9e, 0x12, 0x1c), (0xcb, 0xd0, 0xd7), (0x0b, 0x4a, 0x97), isDiverging: true);

    /// <summary>On a dark ground, for changes: the ends are lightest.</summary>
    public static ColorScale ChangeDark { get; } = Between((0xff, 0xb4, 0x5e), (0x45, 0x4d, 0x59), (0x7c, 0xc0, 0xff), isDiverging: true);

    public static int StepOf(double goodness) => Math.Min(StepCount - 1, (int)(goodness * StepCount));

    public string ColorOf(double goodness) => Steps[StepOf(goodness)];

    /// <summary>Whether black is easier to read on a step than white.</summary>
    public bool WantsDarkText(int step)
    {
        var color = Steps[step];
        int Channel(int at) => int.Parse(color.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return Oklab((Channel(1), Channel(3), Channel(5)))[0] > 0.62;
    }

    private static ColorScale Between((int R, int G, int B) worst, (int R, int G, int B) middle, (int R, int G, int B) best, bool isDiverging = false)
    {
        double[] a = Oklab(worst), m = Oklab(middle), b = Oklab(best);
        // Lightness runs straight from end to end; the middle colour only bends the hue. Of changes the middle is the faintest.
        if (!isDiverging) m[0] = (a[0] + b[0]) / 2;
        return new ColorScale([.. Enumerable.Range(0, StepCount).Select(i =>
        {
            var t = i / (StepCount - 1.0);
            var (from, to, u) = t < 0.5 ? (a, m, t * 2) : (m, b, (t * 2) - 1);
            return Hex([.. from.Zip(to, (x, y) => x + ((y - x) * u))]);
        })]);
    }

    // B. Ottosson, "A perceptual color space for image processing", 2020: the constants of Oklab.
    private static double[] Oklab((int R, int G, int B) color)
    {
        static double Linear(int channel)
        {
            var c = channel / 255.0;
            return c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
        }

        double r = Linear(color.R), g = Linear(color.G), b = Linear(color.B);
        var l = Math.Cbrt((0.4122214708 * r) + (0.5363325363 * g) + (0.0514459929 * b));
        var m = Math.Cbrt((0.2119034982 * r) + (0.6806995451 * g) + (0.1073969566 * b));
        var s = Math.Cbrt((0.0883024619 * r) + (0.2817188376 * g) + (0.6299787005 * b));
        return
        [
            (0.2104542553 * l) + (0.7936177850 * m) - (0.0040720468 * s),
            (1.9779984951 * l) - (2.4285922050 * m) + (0.4505937099 * s),
            (0.0259040371 * l) + (0.7827717662 * m) - (0.8086757660 * s),
        ];
    }

    private static string Hex(double[] lab)
    {
        var l = Math.Pow(lab[0] + (0.3963377774 * lab[1]) + (0.2158037573 * lab[2]), 3);
        var m = Math.Pow(lab[0] - (0.1055613458 * lab[1]) - (0.0638541728 * lab[2]), 3);
        var s = Math.Pow(lab[0] - (0.0894841775 * lab[1]) - (1.2914855480 * lab[2]), 3);
        static int Channel(double linear)
        {
            var c = linear <= 0.0031308 ? linear * 12.92 : (1.055 * Math.Pow(Math.Max(linear, 0), 1 / 2.4)) - 0.055;
            return (int)Math.Round(Math.Clamp(c, 0, 1) * 255);
        }

        return string.Create(CultureInfo.InvariantCulture,
            $"#{Channel((4.0767416621 * l) - (3.3077115913 * m) + (0.2309699292 * s)):x2}{Channel((-1.2684380046 * l) + (2.6097574011 * m) - (0.3413193965 * s)):x2}{Channel((-0.0041960863 * l) - (0.7034186147 * m) + (1.7076147010 * s)):x2}");
    }
}
