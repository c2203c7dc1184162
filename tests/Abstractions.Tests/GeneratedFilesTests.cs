using KdCluster.Recipes;
using KdCluster.Telemetry;

namespace KdCluster.Tests;

public class GeneratedFilesTests
{
    [Fact]
    public void The_schema_is_the_table() => GeneratedFiles.Same("recipes/recipe.schema.json", RecipeSchema.Generate());

    [Fact]
    public void The_recipe_page_is_the_table() => GeneratedFiles.SamePart("docs/recipe.md", "<!-- keys:", "<!-- end of keys -->", RecipeReference.Generate());

    [Fact]
    public void The_error_page_is_the_catalogue() => GeneratedFiles.Same("docs/errors.md", ErrorCatalog.Generate());

    [Fact]
    public void The_table_of_metrics_is_the_catalogue() => GeneratedFiles.SamePart("docs/operate.md", "<!-- metrics:", "<!-- end of metrics -->", MetricCatalog.Generate() + "\n");
}
