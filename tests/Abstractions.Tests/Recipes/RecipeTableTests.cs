using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

public class RecipeTableTests
{
    [Fact]
    public void The_table_has_exactly_the_records_properties()
    {
        Same(RecipeTable.Root, typeof(Recipe));

        static void Same(RecipeKey section, Type record)
        {
            PropertyInfo[] properties = record.GetProperties();
            // The driver of a variant is no grid.
            IEnumerable<string> names = properties.Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).Where(n => n != "axes" || section == RecipeTableGrid.Driver);
            Assert.Equal(
                names.Order(),
                section.Keys.Select(k => k.Name).Where(n => n is not ("$schema" or "full")).Order());
            foreach (RecipeKey key in section.Keys.Where(k => k.Keys.Length > 0 && k.Name != "full"))
            {
                Type type = properties.Single(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name) == key.Name).PropertyType;
                Same(key, type.IsGenericType ? type.GetGenericArguments()[^1] : type);
            }
        }
    }

    [Fact]
    public void Every_default_is_allowed()
    {
        Recipe recipe = new() { Name = "x", Data = new DataSpec { Train = "a.tsv" }, Student = new ModelSpec { Kind = "transformer" } };
        Assert.Equal(RecipeHash.Of(recipe), RecipeHash.Of(RecipeReader.Check(recipe)));
    }

    [Fact]
    public void Every_key_of_the_schema_is_described()
    {
        Described(JsonNode.Parse(RecipeSchema.Generate())!.AsObject());

        static void Described(JsonObject schema)
        {
            Assert.False(string.IsNullOrWhiteSpace(schema["description"]?.GetValue<string>()));
            foreach ((string _, JsonNode? key) in schema["properties"]?.AsObject() ?? [])
                Described(key!.AsObject());
        }
    }

    [Fact]
    public void Paths_are_relative_to_the_recipe()
    {
        DataSpec data = RecipePaths.Absolute(new DataSpec { Train = "a/b.tsv", Validation = "/c/d.tsv" }, "/runs/one/r.json");
        Assert.Equal(("/runs/one/a/b.tsv", "/c/d.tsv", null), (data.Train, data.Validation, data.Test));
        Recipe recipe = new()
        {
            Name = "x",
            Data = data,
            Student = new ModelSpec { Kind = "transformer" },
            Teachers = [new TeacherRef { Name = "a" }, new TeacherRef { Name = "b", Endpoint = "oip://c:1", Tokenizer = "t.json" }],
        };
        Assert.Equal([null, "/runs/one/t.json"], RecipePaths.Absolute(recipe, "/runs/one/r.json").Teachers.Select(t => t.Tokenizer));
    }
}
