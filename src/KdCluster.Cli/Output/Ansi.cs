using System.Text;

namespace KdCluster.Cli.Output;

/// <summary>The few control sequences used (ECMA-48).</summary>
internal static class Ansi
{
    public const string ClearToLineEnd = "\e[K";
    public const string ClearBelow = "\e[J";
    private const string Plain = "\e[0m";

    /// <summary>To the start of the line so many lines above.</summary>
    public static string Up(int lines) => $"\e[{lines}F";

    /// <summary>Text in a colour.</summary>
    public static string Paint(string text, AnsiColor color) => $"\e[{(int)color}m{text}{Plain}";

    /// <summary>The first <paramref name="width"/> columns; colour sequences take none.</summary>
    public static string Cut(string text, int width)
    {
        if (text.Length <= width)
            return text;
        var cut = new StringBuilder();
        bool painted = false;
        for (int i = 0, column = 0; i < text.Length; i++)
        {
            if (text[i] == '\e')
            {
                int end = text.IndexOf('m', i);
                cut.Append(text, i, end + 1 - i);
                painted = true;
                i = end;
            }
            else if (column++ < width)
            {
                cut.Append(text[i]);
            }
            else
            {
                break;
            }
        }

        return painted ? cut.Append(Plain).ToString() : cut.ToString();
    }
}
