namespace NetGraph.Graphs.Encoding;

/// <summary>What of a picture is taken, so that no label is put on another.</summary>
internal sealed class LabelBoard(double left, double top, double right, double bottom)
{
    private readonly List<(double Left, double Top, double Right, double Bottom)> _taken = [];

    /// <summary>Takes a box, free or not.</summary>
    public void Take(double x0, double y0, double x1, double y1) => _taken.Add((x0, y0, x1, y1));

    /// <summary>Takes the box of a line of text if all of it is free and within the bounds.</summary>
    /// <param name="x">Where the text is anchored.</param>
    /// <param name="baseline">Its baseline.</param>
    /// <param name="anchor">SVG's <c>text-anchor</c>.</param>
    /// <param name="width">Its width.</param>
    /// <param name="size">Its font size.</param>
    public bool TryTake(double x, double baseline, string anchor, double width, double size)
    {
        var box = BoxOf(x, baseline, anchor, width, size);
        if (box.Left < left || box.Right > right || box.Top < top || box.Bottom > bottom) return false;
        foreach (var taken in _taken)
        {
            if (box.Left < taken.Right && taken.Left < box.Right && box.Top < taken.Bottom && taken.Top < box.Bottom) return false;
        }

        _taken.Add(box);
        return true;
    }

    /// <summary>Takes the box of a line of text, free or not.</summary>
    public void Take(SideLabel label) => _taken.Add(BoxOf(label.X, label.Y, label.Anchor, TextWidth.Of(label.Text, label.Size, isBold: true), label.Size));

    private static (double Left, double Top, double Right, double Bottom) BoxOf(double x, double baseline, string anchor, double width, double size)
    {
        var begin = anchor switch { "start" => x, "end" => x - width, _ => x - (width / 2) };
        var upper = baseline - (TextWidth.Ascent * size);
        return (begin, upper, begin + width, upper + (TextWidth.LineHeight * size));
    }
}
