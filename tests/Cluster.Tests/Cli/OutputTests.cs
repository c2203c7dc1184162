using KdCluster.Cli.Output;

namespace KdCluster.Tests.Cli;

public sealed class OutputTests
{
    [Theory]
    [InlineData(0.04, "0.0s")]
    [InlineData(9.94, "9.9s")]
    [InlineData(9.96, "10s")]
    [InlineData(59.6, "1m 00s")]
    [InlineData(185, "3m 05s")]
    [InlineData(7620, "2h 07m")]
    [InlineData(double.NaN, "-")]
    [InlineData(-1, "-")]
    public void A_duration_reads_like_one(double seconds, string text) => Assert.Equal(text, Human.Duration(seconds));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(5e9, "4.7 GiB")]
    public void Bytes_have_a_unit(double bytes, string text) => Assert.Equal(text, Human.Bytes(bytes));

    [Theory]
    [InlineData(9_999, "9,999")]
    [InlineData(12_345, "12.3k")]
    [InlineData(1_250_000, "1.3M")]
    public void Large_counts_are_shortened(double number, string text) => Assert.Equal(text, Human.Short(number));

    [Theory]
    [InlineData(double.NaN, "....")]
    [InlineData(0.49, "#...")]
    [InlineData(1.2, "####")]
    public void A_bar_is_filled_to_its_share(double share, string bar) => Assert.Equal(bar, Human.Bar(share, 4));

    [Fact]
    public void A_table_aligns_its_columns()
    {
        IReadOnlyList<string> lines = new Table("NAME", ">ROWS").Add("uniform", "7").Add("x", "12,345").Lines();
        Assert.Equal(["NAME       ROWS", "-------  ------", "uniform       7", "x        12,345"], lines);
    }

    [Fact]
    public void A_coded_error_is_one_line_and_in_color_where_wanted()
    {
        KdException error = new("KD1103", "the column \"x\" is missing.", "train.tsv:1", "Name one that is there.");
        Assert.Equal("KD1103 at train.tsv:1: the column \"x\" is missing. Name one that is there.\n", Printed(error, colors: false));
        Assert.Equal("\e[31mKD1103\e[0m at train.tsv:1: the column \"x\" is missing. Name one that is there.\n", Printed(error, colors: true));
    }

    [Fact]
    public void An_unexpected_error_gets_a_code_and_no_stack()
    {
        string printed = Printed(new InvalidOperationException("no luck"), colors: false);
        Assert.StartsWith("KD1799: unexpected InvalidOperationException: no luck.", printed, StringComparison.Ordinal);
        Assert.Single(printed.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_call_that_the_silo_ended_is_no_defect() =>
        Assert.StartsWith("KD1601: the silo ended the call before it answered.", Printed(new OperationCanceledException("the call was cancelled."), colors: false), StringComparison.Ordinal);

    [Fact]
    public void A_block_is_drawn_over_the_last_one_and_gives_way_to_lines()
    {
        var screen = new StringWriter();
        var terminal = new Terminal(screen, screen) { Live = true, Size = () => (10, 3) };
        terminal.Redraw(["one", "a line longer than ten columns", "cut by the height"]);
        Assert.Equal("one\e[K\na line lo\e[K\n\e[J", screen.ToString());
        screen.GetStringBuilder().Clear();
        terminal.Redraw(["two"]);
        Assert.Equal("\e[2Ftwo\e[K\n\e[J", screen.ToString());
        screen.GetStringBuilder().Clear();
        terminal.Note("said");
        Assert.Equal("\e[1F\e[Jsaid\n", screen.ToString());
    }

    [Fact]
    public void A_long_work_tells_its_rate_and_the_time_left_as_a_line_every_five_seconds_or_a_bar()
    {
        var clock = new FakeTimeProvider();
        StringWriter lines = new(), screen = new();
        var plain = new Meter(new Terminal(TextWriter.Null, lines), clock, "checking", 0);
        var live = new Meter(new Terminal(TextWriter.Null, screen) { Live = true }, clock, "checking", 0);
        clock.Advance(TimeSpan.FromSeconds(4));
        plain.Show(400, 2000, "");
        Assert.Empty(lines.ToString());
        clock.Advance(TimeSpan.FromSeconds(1));
        plain.Show(500, 2000, "");
        live.Show(500, 2000, "");
        Assert.EndsWith("  checking  25.0 %  100 rows/s  15s left\n", lines.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("checking  [#######.......................] 25.0 %  100 rows/s  15s left\e[K\n", screen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nobody_watches_nothing_is_redrawn()
    {
        var screen = new StringWriter();
        new Terminal(screen, screen).Redraw(["one"]);
        Assert.Empty(screen.ToString());
    }

    [Fact]
    public void Cutting_counts_columns_and_not_colors() =>
        Assert.Equal("\e[31mab\e[0mc\e[0m", Ansi.Cut(Ansi.Paint("ab", AnsiColor.Red) + "cd", 3));

    private static string Printed(Exception error, bool colors)
    {
        var printed = new StringWriter();
        ErrorPrinter.Print(new Terminal(TextWriter.Null, printed) { Colors = colors }, error, verbose: false);
        return printed.ToString();
    }
}
