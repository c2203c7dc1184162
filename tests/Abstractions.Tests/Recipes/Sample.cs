using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

/// <summary>Recipes in as few words as possible.</summary>
internal static class Sample
{
    internal const string TwoTeachers = "\"teachers\": [{ \"name\": \"a\" }, { \"name\": \"b\" }],";

    internal const string BuiltIn = "\"builtIn\": \"dotnet-docs\"";

    internal const string Bag = "\"kind\": \"bag-of-embeddings\"";

    /// <summary>One key per line: name in line 2, data in 3, student in 4, the rest from 5 on.</summary>
    internal static string Json(string rest = "", string data = BuiltIn, string student = Bag) =>
        $"{{\n  \"name\": \"sample\",\n  \"data\": {{ {data} }},\n  \"student\": {{ {student} }},\n{rest}\n}}";

    internal static Recipe Read(string rest = "", string data = BuiltIn, string student = Bag) => RecipeReader.Read(Json(rest, data, student), "r.json");

    /// <summary>The mistakes of a recipe, each told in whole sentences.</summary>
    internal static IReadOnlyList<KdError> Errors(string json)
    {
        IReadOnlyList<KdError> errors = Assert.Throws<KdException>(() => RecipeReader.Read(json, "r.json")).Errors;
        Assert.All(errors, e => Assert.EndsWith(".", e.What, StringComparison.Ordinal));
        Assert.All(errors.Select(e => e.Remedy).OfType<string>(), r => Assert.Matches(@"\w.*[.?]$", r));
        return errors;
    }

    internal static KdError Error(string rest = "", string data = BuiltIn, string student = Bag) => Assert.Single(Errors(Json(rest, data, student)));
}
