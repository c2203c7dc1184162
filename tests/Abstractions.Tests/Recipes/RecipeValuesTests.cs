namespace KdCluster.Tests.Recipes;

/// <summary>Values of a wrong type, form or size: what was expected, what was found, in which line.</summary>
public class RecipeValuesTests
{
    [Theory]
    [InlineData("\"x\"", "the text \"x\"")]
    [InlineData("5.50", "the number 5.50")]
    [InlineData("true", "true")]
    [InlineData("false", "false")]
    [InlineData("null", "null")]
    [InlineData("[1]", "a list")]
    [InlineData("{ \"a\": 1 }", "a section")]
    public void What_was_found_is_named(string value, string words)
    {
        KdError error = Sample.Error($"\"training\": {{\n\"epochs\": {value} }}");
        Assert.Equal(("KD1003", "r.json:6 (training.epochs)", $"expected a whole number, found {words}."), (error.Code, error.Where, error.What));
        Assert.Equal(value == "null" ? "Leave the key out to take its default." : null, error.Remedy);
    }

    [Theory]
    [InlineData("\"baselines\": [5]", "baselines[0]", "expected a text, found the number 5.")]
    [InlineData("\"training\": { \"seeds\": [1, \"a\"] }", "training.seeds[1]", "expected a whole number, found the text \"a\".")]
    [InlineData("\"teachers\": [{ \"name\": \"a\" }, 5]", "teachers[1]", "expected a section { … }, found the number 5.")]
    [InlineData("\"training\": { \"seeds\": 1 }", "training.seeds", "expected a list of whole numbers, found the number 1.")]
    [InlineData("\"training\": { \"clip\": \"1\" }", "training.clip", "expected a number, found the text \"1\".")]
    public void Items_of_a_list_are_named_one_by_one(string rest, string key, string what)
    {
        IReadOnlyList<KdError> errors = Sample.Errors(Sample.Json(rest));
        Assert.Contains(errors, e => (e.Code, e.Where, e.What) == ("KD1003", $"r.json:5 ({key})", what));
    }

    [Theory]
    [InlineData("\"training\": { \"epochs\": 1e2 }", "KD1003", "expected a whole number, found the number 1e2.", null)]
    [InlineData("\"training\": { \"epochs\": 1E2 }", "KD1003", "expected a whole number, found the number 1E2.", null)]
    [InlineData("\"training\": { \"epochs\": 0 }", "KD1005", "0 is out of range.", "Allowed: 1 to 1000000.")]
    [InlineData("\"training\": { \"epochs\": 1000001 }", "KD1005", "1000001 is out of range.", "Allowed: 1 to 1000000.")]
    [InlineData("\"training\": { \"seeds\": [9223372036854775808] }", "KD1005", "9223372036854775808 is out of range.", "Allowed: 64-bit whole numbers.")]
    [InlineData("\"training\": { \"weightDecay\": -0.5 }", "KD1005", "-0.5 is out of range.", "Allowed: at least 0.")]
    [InlineData("\"store\": \"disk\"", "KD1005", "\"disk\" is not `silo`, `local`, `none` or `redis://host[:port][/db]`.", null)]
    [InlineData("\"training\": { \"optimizer\": \"xyz\" }", "KD1006", "there is no \"xyz\".", "Known: adam, adamw.")]
    public void A_value_out_of_bounds_brings_the_bounds(string rest, string code, string what, string? remedy)
    {
        KdError error = Sample.Error(rest);
        Assert.Equal((code, what, remedy), (error.Code, error.What, error.Remedy));
    }

    [Theory]
    [InlineData("\"\"", "KD1005", "a column's name must not be empty.")]
    [InlineData("-1", "KD1005", "-1 is not a position of a column.")]
    [InlineData("1.5", "KD1005", "1.5 is not a position of a column.")]
    [InlineData("true", "KD1003", "expected a column name or a position, found true.")]
    public void A_column_is_a_name_or_a_position(string column, string code, string what)
    {
        KdError error = Sample.Error(data: $"\"train\": \"a.tsv\", \"columns\": {{ \"text\": {column} }}");
        Assert.Equal((code, what), (error.Code, error.What));
        Assert.Equal("0", Sample.Read(data: "\"train\": \"a.tsv\", \"columns\": { \"text\": 0 }").Data.Columns.Text);
    }

    [Fact]
    public void A_flag_is_true_or_false()
    {
        Assert.Equal("expected true or false, found the text \"no\".", Sample.Error(data: "\"train\": \"a.tsv\", \"header\": \"no\"").What);
        Assert.True(Sample.Read(data: "\"train\": \"a.tsv\", \"header\": true").Data.Header);
    }

    [Fact]
    public void A_key_given_twice_names_the_first_line()
    {
        KdError error = Sample.Error("\"store\": \"none\",\n\"store\": \"local\"");
        Assert.Equal(("KD1007", "r.json:6 (store)", "\"store\" is given twice, first in line 5."), (error.Code, error.Where, error.What));
    }

    [Fact]
    public void A_missing_key_brings_what_it_may_be()
    {
        KdError error = Sample.Error(student: "\"hidden\": 3");
        Assert.Equal(("KD1004", "r.json:4 (student.kind)", "the required key \"kind\" is missing (a text)."), (error.Code, error.Where, error.What));
        Assert.Equal("One of: bag-of-embeddings, text-cnn, bilstm, transformer, bert, roberta, distilbert, gpt2, llama, mlp, cnn, resnet.", error.Remedy);
        Assert.Equal("The name it was deployed under.", Sample.Error("\"teachers\": [{}]").Remedy);
    }

    [Fact]
    public void A_short_list_is_told_by_its_number()
    {
        Assert.Equal("needs at least 1 item, has 0.", Sample.Error("\"training\": { \"seeds\": [] }").What);
        Assert.Equal("needs at least 2 items, has 1.", Sample.Error("\"teachers\": [{ \"name\": \"a\", \"endpoint\": \"oip://a:1\", \"labels\": [\"x\"] }]").What);
    }

    [Fact]
    public void An_unknown_key_far_from_all_brings_all_that_have_a_meaning()
    {
        KdError error = Sample.Error("\"xyzzy\": { \"deep\": [1, 2] }");
        Assert.Equal("there is no key \"xyzzy\" here.", error.What);
        Assert.Matches("^Known here: name, task, data, teachers, .*store, baselines, variants, full\\.$", error.Remedy);
        Assert.DoesNotContain("$schema", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_an_escape_is_not_JSON() => Assert.Equal("KD1001", Sample.Error("\"store\": \"\\ud800\"").Code);

    [Fact]
    public void A_folder_is_no_recipe_and_what_is_not_there_is_told_otherwise()
    {
        Assert.StartsWith("the recipe cannot be read: ", Assert.Throws<KdException>(() => KdCluster.Recipes.RecipeReader.ReadFile("/")).Errors[0].What);
        Assert.Equal("there is no such recipe.", Assert.Throws<KdException>(() => KdCluster.Recipes.RecipeReader.ReadFile("/nowhere.json")).Errors[0].What);
        Assert.Equal("there is no such recipe.", Assert.Throws<KdException>(() => KdCluster.Recipes.RecipeReader.ReadFile("/nowhere/r.json")).Errors[0].What);
    }
}
