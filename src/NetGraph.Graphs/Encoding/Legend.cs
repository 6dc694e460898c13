namespace NetGraph.Graphs.Encoding;

/// <summary>What colours and lines mean, below a picture: blocks side by side, in as many rows as the width asks for.</summary>
internal sealed class Legend
{
    private const double RowHeight = 48;
    private const double LineRowHeight = 18;
    private const double TextSize = 11;
    private readonly LinkPalette _palette;
    private readonly double _width;
    private readonly double _barWidth;
    private readonly List<List<(string Style, string Meaning)>> _lineRows = [];
    private readonly List<string> _notes = [];
    private readonly bool _linesBesideBar;

    /// <summary>Plans the legend of a picture.</summary>
    public Legend(double canvasWidth, LinkPalette palette, IReadOnlyList<(string Style, string Meaning)> lines, string? note = null)
    {
        _palette = palette;
        _width = canvasWidth - (2 * SvgCanvas.Margin);
        _barWidth = Math.Min(238, _width);
        var beside = _width - _barWidth - 36;
        var whole = lines.Sum(line => LineWidth(line.Meaning));
        _linesBesideBar = palette.Ticks.Count > 0 && lines.Count > 0 && whole <= beside;
        var noteBeside = palette.Ticks.Count > 0 && lines.Count == 0 && beside > 220;
        if (note is not null) _notes = TextWidth.Wrap(note, TextSize, noteBeside ? beside : _width, noteBeside ? 3 : 4);
        NotesBesideBar = noteBeside;
        foreach (var line in lines)
        {
            var row = _lineRows.LastOrDefault();
            if (row is null || row.Sum(item => LineWidth(item.Meaning)) + LineWidth(line.Meaning) > (_linesBesideBar ? beside : _width)) _lineRows.Add(row = []);
            row.Add(line);
        }
    }

    /// <summary>The height that it takes up.</summary>
    public double Height => 16 + RowHeight + (_linesBesideBar ? 0 : _lineRows.Count * LineRowHeight) + (NotesBesideBar ? 0 : _notes.Count * 15);

    private bool NotesBesideBar { get; }

    /// <summary>Draws it at the lower rim.</summary>
    public void Write(SvgCanvas canvas)
    {
        var x = SvgCanvas.Margin;
        var y = canvas.Height - Height + 16;
        var bottom = y + RowHeight;
        if (_palette.Ticks.Count == 0)
        {
            canvas.Text(x, y + 10, TextWidth.Cut(_palette.Caption, TextSize, _width), "muted", size: TextSize);
            bottom = y + 20;
        }
        else
        {
            canvas.Text(x, y + 2, TextWidth.Cut(_palette.Caption, 12, _width), "muted");
            var step = _barWidth / ColorScale.StepCount;
            for (var i = 0; i < ColorScale.StepCount; i++)
                canvas.Append($"<rect class=\"f{i}\" x=\"{x + (i * step)}\" y=\"{y + 10}\" width=\"{step}\" height=\"10\"/>\n");
            DrawTicks(canvas, x, y + 34);
        }

        if (NotesBesideBar)
        {
            for (var i = 0; i < _notes.Count; i++) canvas.Text(x + _barWidth + 36, y + 6 + (i * 15), _notes[i], "muted", size: TextSize);
        }
        else
        {
            foreach (var note in _notes)
            {
                canvas.Text(x, bottom + 4, note, "muted", size: TextSize);
                bottom += 15;
            }
        }

        foreach (var row in _lineRows)
        {
            var at = _linesBesideBar ? x + _barWidth + 36 : x;
            foreach (var (style, meaning) in row) at += Line(canvas, at, _linesBesideBar ? y + 16 : bottom + 4, style, meaning);
            bottom += LineRowHeight;
        }
    }

    private void DrawTicks(SvgCanvas canvas, double x, double y)
    {
        var ticks = _palette.Ticks;
        var wide = ticks.Sum(tick => TextWidth.Of(tick, TextSize)) + (12 * ticks.Count) <= _barWidth;
        for (var i = 0; i < ticks.Count; i++)
        {
            var isEnd = i == 0 || i == ticks.Count - 1;
            if (!wide && !isEnd) continue;
            canvas.Text(x + (_barWidth * i / (ticks.Count - 1)), y, TextWidth.Cut(ticks[i], TextSize, wide ? _barWidth : (_barWidth / 2) - 6), "muted", i == 0 ? "start" : i == ticks.Count - 1 ? "end" : "middle", TextSize);
        }
    }

    private static double LineWidth(string meaning) => 34 + TextWidth.Of(meaning, TextSize) + 14;

    private static double Line(SvgCanvas canvas, double x, double y, string style, string meaning)
    {
        canvas.Append($"<path class=\"{style}\" stroke-width=\"2.5\" d=\"M{x} {y}h28\"/>\n");
        if (style == "down") canvas.Cross(x + 14, y);
        canvas.Text(x + 34, y + 4, meaning, "muted", size: TextSize);
        return LineWidth(meaning);
    }
}
