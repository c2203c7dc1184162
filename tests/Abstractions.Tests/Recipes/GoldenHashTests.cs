using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

/// <summary>Hashes of recipes as version 0.1 gave them: a recipe that says the same keeps its name in every later version.</summary>
public sealed class GoldenHashTests
{
    private const string Files = "{ 'name': 'files', 'data': { 'train': '/data/train.tsv', 'validation': '/data/validation.tsv', 'test': '/data/test.tsv', 'maxLength': 16, 'vocabulary': 300 }, ";

    [Theory]
    [InlineData("bb6d2ade1b468534b26b8679c2ba0e348113d57d6798c60238523b5e6e702209", "{ 'name': 'built-in', 'data': { 'builtIn': 'dotnet-docs' }, 'student': { 'kind': 'bag-of-embeddings' } }")]
    [InlineData("5ddf9be6b2ab7494935366d0a07be0e0ede320c244f8dd8a5f6bf4b459c48eed", Files + "'student': { 'kind': 'text-cnn', 'embedding': 8, 'hidden': 4, 'filters': [3, 4], 'dropout': 0.25 }, 'training': { 'epochs': 2, 'batchSize': 16, 'learningRate': 0.01 } }")]
    [InlineData("9548576515148b1a7d3b5db0496f3273cd32612ec8a0a510c2a8c6b27ddce259", Files + "'teachers': [{ 'name': 'left' }, { 'name': 'right' }], 'student': { 'kind': 'bag-of-embeddings', 'embedding': 4 }, 'weighting': { 'kind': 'reinforced', 'reward': 'r1', 'episode': 8 }, 'training': { 'seeds': [1, 2], 'checkpointEvery': 5 }, 'baselines': ['alone', 'uniform'] }")]
    [InlineData("a970f9f0add69512a4ca7180cea5129c918a4830192f7e0a062c0d183d10990b", Files + "'teachers': [{ 'name': 'one' }], 'student': { 'kind': 'transformer', 'embedding': 32, 'layers': 2, 'heads': 4 }, 'weighting': { 'kind': 'uniform' }, 'objective': { 'temperature': 2, 'alpha': 0.9 }, 'store': 'none' }")]
    [InlineData("cf3b95a4817b517f12e9a9798bad08dde65150e791c753299c4fc93436780ace", Files + "'teachers': [{ 'name': 'one', 'endpoint': 'http://127.0.0.1:5201' }, { 'name': 'two' }], 'student': { 'kind': 'bilstm' }, 'weighting': { 'kind': 'best-single' } }")]
    public void A_recipe_keeps_its_hash(string hash, string recipe) => Assert.Equal(hash, RecipeHash.Of(RecipeReader.Read(recipe.Replace('\'', '"'), "/recipes/r.json")));
}
