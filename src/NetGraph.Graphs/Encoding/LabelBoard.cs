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
        var x0 = anchor switch { "start" => x, "end" => x - width, _ => x - (width / 2) };
        double y0 = baseline - (TextWidth.Ascent * size), y1 = y0 + (TextWidth.LineHeight * size);
        if (x0 < left || x0 + width > right || y0 < top || y1 > bottom) return false;
        foreach (var box in _taken)
        {
            if (x0 < box.Right && box.Left < x0 + width && y0 < box.Bottom && box.Top < y1) return false;
        }

        Take(x0, y0, x0 + width, y1);
        return true;
    }
}
