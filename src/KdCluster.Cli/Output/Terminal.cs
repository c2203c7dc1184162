using System.Text;

namespace KdCluster.Cli.Output;

/// <summary>Where a command writes: results to the output, everything else to the error stream. Knows whether a person watches.</summary>
/// <param name="output">Results.</param>
/// <param name="error">Progress, notes, errors.</param>
internal sealed class Terminal(TextWriter output, TextWriter error)
{
    private readonly Lock _gate = new();
    private int _drawn;

    /// <summary>Whether the error stream is a terminal on which a block can be redrawn.</summary>
    public bool Live { get; init; }

    /// <summary>Whether colours are wanted.</summary>
    public bool Colors { get; init; }

    /// <summary>Columns and rows now; asked at each use, because windows are resized.</summary>
    public Func<(int Width, int Height)> Size { get; init; } = () => (80, 24);

    /// <summary>Columns now.</summary>
    public int Width => Size().Width;

    /// <summary>The program's own terminal.</summary>
    public static Terminal OfProcess()
    {
        bool dumb = Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb";
        bool live = !Console.IsErrorRedirected && !dumb;
        return new Terminal(Console.Out, Console.Error)
        {
            Live = live,
            Colors = live && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
            Size = ConsoleSize,
        };
    }

    /// <summary>A line of a result.</summary>
    public void Write(string line)
    {
        lock (_gate)
        {
            Erase();
            output.WriteLine(line);
            output.Flush();
        }
    }

    /// <summary>A line that is not a result.</summary>
    public void Note(string line)
    {
        lock (_gate)
        {
            Erase();
            error.WriteLine(line);
            error.Flush();
        }
    }

    /// <summary>Draws lines over those drawn before; on a terminal only. Lines are cut to the width, and the block to the height.</summary>
    public void Redraw(IReadOnlyList<string> lines)
    {
        if (!Live)
            return;
        (int width, int height) = Size();
        // The last column stays free: a full line makes some terminals wrap. The cursor rests on a line of its own.
        string[] shown = [.. lines.Take(Math.Max(1, height - 1)).Select(l => Ansi.Cut(l, Math.Max(1, width - 1)))];
        lock (_gate)
        {
            var text = new StringBuilder();
            if (_drawn > 0)
                text.Append(Ansi.Up(_drawn));
            foreach (string line in shown)
                text.Append(line).Append(Ansi.ClearToLineEnd).Append('\n');
            text.Append(Ansi.ClearBelow);
            error.Write(text);
            error.Flush();
            _drawn = shown.Length;
        }
    }

    /// <summary>Leaves what is drawn where it stands; the next block starts below it.</summary>
    public void Keep()
    {
        lock (_gate)
            _drawn = 0;
    }

    /// <summary>Text in a colour, where colours are wanted.</summary>
    public string Paint(string text, AnsiColor color) => Colors ? Ansi.Paint(text, color) : text;

    // What is drawn gives way to a line; the next block is drawn below it.
    private void Erase()
    {
        if (_drawn == 0)
            return;
        error.Write(Ansi.Up(_drawn) + Ansi.ClearBelow);
        error.Flush();
        _drawn = 0;
    }

    private static (int Width, int Height) ConsoleSize()
    {
        try
        {
            return (Console.WindowWidth is > 0 and var width ? width : 80, Console.WindowHeight is > 0 and var height ? height : 24);
        }
        catch (IOException)
        {
            return (80, 24);   // a terminal that does not say
        }
    }
}
