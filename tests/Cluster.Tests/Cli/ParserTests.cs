using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;

namespace KdCluster.Tests.Cli;

public sealed class ParserTests
{
    private static readonly Option Color = new("color", "COLOR", "A color") { Choices = ["red", "blue"] };
    private static readonly Option Count = new("count", "N", "How many");
    private static readonly Option Dry = new("dry", null, "Only say it");
    private static readonly Option Tag = new("tag", "TAG", "A tag") { Repeats = true };

    private static readonly Command Paint = new()
    {
        Path = "wall paint",
        Summary = "Paint a wall.",
        Arguments = [new Argument("WALL", "Which wall"), new Argument("COAT", "Which coat", required: false) { Choices = ["thin", "thick"] }],
        Options = [Color, Count, Dry, Tag],
        Example = "kd wall paint north",
        Run = (_, _) => Task.FromResult(0),
    };

    [Fact]
    public void Options_stand_anywhere_and_take_their_value_after_a_blank_or_an_equals_sign()
    {
        Invocation i = Parse("--color=red", "north", "--count", "-3", "--dry", "thick", "--tag", "a=b", "--tag=c");
        Assert.Equal("north", i.Required(0));
        Assert.Equal("thick", i.Argument(1));
        Assert.Equal("red", i.Value(Color));
        Assert.Equal(-3, i.Number(Count, -5));
        Assert.True(i.Has(Dry));
        Assert.Equal(["a=b", "c"], i.Values(Tag));
    }

    [Fact]
    public void What_was_not_given_is_null()
    {
        Invocation i = Parse("north");
        Assert.Null(i.Argument(1));
        Assert.Null(i.Value(Color));
        Assert.Null(i.Number(Count, 0));
        Assert.False(i.Has(Dry));
        Assert.Equal("KD1703", Assert.Throws<KdException>(() => i.Needed(Color)).Code);
    }

    [Fact]
    public void After_two_dashes_everything_is_a_word() => Assert.Equal("--dry", Parse("--", "--dry").Required(0));

    [Fact]
    public void A_single_dash_is_a_word() => Assert.Equal("-", Parse("-").Required(0));

    [Theory]
    [InlineData("KD1702", "Did you mean --color?", "north", "--colour", "red")]
    [InlineData("KD1702", "--help lists the options", "north", "--xylophone")]
    [InlineData("KD1702", "there is no option -c", "north", "-c")]
    [InlineData("KD1703", "WALL is missing")]
    [InlineData("KD1703", "Write --count N.", "north", "--count")]
    [InlineData("KD1703", "Write --count N.", "north", "--count", "--dry")]
    [InlineData("KD1702", "Write --count N.", "north", "--count", "--xylophone")]
    [InlineData("KD1703", "Write --count N.", "north", "--count=", "7")]
    [InlineData("KD1703", "Write --count N.", "north", "--count", "")]
    [InlineData("KD1704", "One of: red, blue.", "north", "--color", "green")]
    [InlineData("KD1704", "takes no value", "north", "--dry=yes")]
    [InlineData("KD1704", "given twice", "north", "--count", "1", "--count", "2")]
    [InlineData("KD1704", "given twice", "north", "--dry", "--dry")]
    [InlineData("KD1704", "One of: thin, thick.", "north", "middling")]
    [InlineData("KD1705", "'third' is an extra word", "north", "thin", "third")]
    public void A_mistake_names_its_place_and_remedy(string code, string says, params string[] args)
    {
        KdException e = Assert.Throws<KdException>(() => Parse(args));
        Assert.Equal(code, e.Code);
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@north")]
    [InlineData("-x")]
    [InlineData("a:b=c")]
    [InlineData("wall")]
    [InlineData("[suggest]")]
    public void A_value_is_taken_as_it_stands(string value)
    {
        Assert.Equal([value], Parse("north", "--tag", value).Values(Tag));
        Assert.Equal([value], Parse("north", $"--tag={value}").Values(Tag));
        Assert.Equal(value, Parse("--", value).Required(0));
    }

    [Fact]
    public void A_value_that_looks_like_an_option_stands_behind_an_equals_sign() => Assert.Equal(["--dry"], Parse("north", "--tag=--dry").Values(Tag));

    [Fact]
    public void A_file_of_arguments_is_not_read() => Assert.Equal("@north", Parse("@north").Required(0));

    [Fact]
    public void All_mistakes_are_told_at_once() =>
        Assert.Equal(["KD1702", "KD1704", "KD1703"], Assert.Throws<KdException>(() => Parse("--nope", "--dry=1")).Errors.Select(e => e.Code));

    [Theory]
    [InlineData("x")]
    [InlineData("2.5")]
    [InlineData("0")]
    public void A_number_is_checked(string text) => Assert.Equal("KD1704", Assert.Throws<KdException>(() => Parse("north", "--count", text).Number(Count, 1)).Code);

    [Fact]
    public void With_help_nothing_is_missing() => Assert.True(Parse("--help").Has(CommonOptions.Help));

    private static Invocation Parse(params string[] args) => new Parser([Paint]).Parse(["wall", "paint", .. args], new CliContext { Terminal = new Terminal(TextWriter.Null, TextWriter.Null) });
}
