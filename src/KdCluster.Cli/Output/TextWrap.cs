using System.Text;

namespace KdCluster.Cli.Output;

/// <summary>Breaks text into lines.</summary>
internal static class TextWrap
{
    /// <summary>Breaks at blanks so that no line is longer than <paramref name="width"/>, words longer than that excepted. Line breaks in the text stay.</summary>
    public static string Wrap(string text, int width) => string.Join('\n', text.Split('\n').Select(line => WrapLine(line, width)));

    private static string WrapLine(string line, int width)
    {
        var wrapped = new StringBuilder();
        int column = 0;
        foreach (string word in line.Split(' '))
        {
            if (column > 0 && column + 1 + word.Length > width)
            {
                wrapped.Append('\n');
                column = 0;
            }
            else if (column > 0)
            {
                wrapped.Append(' ');
                column++;
            }

            wrapped.Append(word);
            column += word.Length;
        }

        return wrapped.ToString();
    }
}
