using KdCluster.Learning.Models;
using KdCluster.Recipes;
using static TorchSharp.torch;

namespace KdCluster.Tests.Models;

/// <summary>No model's answers or gradients depend on what other tensors left in the memory that libtorch takes: seen with oneDNN's convolutions.</summary>
public sealed class UncleanMemoryTests
{
    [Theory]
    [InlineData("text-cnn", 8, 4)]
    [InlineData("text-cnn", 32, 24)]
    [InlineData("text-cnn", 7, 16)]
    [InlineData("text-cnn", 40, 36)]
    [InlineData("bilstm", 7, 5)]
    [InlineData("bag-of-embeddings", 7, 5)]
    [InlineData("transformer", 12, 20)]
    public void Answers_and_gradients_are_the_same_on_memory_full_of_NaN(string kind, int embedding, int hidden)
    {
        float[][] clean = Numbers(kind, embedding, hidden, 0), unclean = Numbers(kind, embedding, hidden, float.NaN);

        Assert.All(clean.SelectMany(g => g), value => Assert.True(float.IsFinite(value)));
        Assert.Equal(clean, unclean);
    }

    private static float[][] Numbers(string kind, int embedding, int hidden, float left)
    {
        using var scope = NewDisposeScope();
        var spec = new ModelSpec { Kind = kind, Embedding = embedding, Hidden = hidden, Heads = 2, Layers = 1, Dropout = 0 };
        using Model model = ModelFactory.Create(spec, vocabulary: 50, classes: 3, maxLength: 16, seed: 1);
        Tensor ids = arange(16 * 16).remainder(49).add(1).reshape(16, 16).to(ScalarType.Int64);
        for (int pass = 0; pass < 3; pass++)
        {
            model.zero_grad();
            Fill(left);
            Tensor loss = nn.functional.cross_entropy(model.call(ids).Logits, arange(16).remainder(3));
            Fill(left);
            loss.backward();
        }

        model.eval();
        using var off = no_grad();
        Fill(left);
        ModelOutput answers = model.call(ids);
        return [.. model.parameters().Select(p => p.grad!).Append(answers.Logits).Append(answers.Embedding).Select(t => t.contiguous().data<float>().ToArray())];
    }

    // Takes tensors of the sizes that a pass takes, and gives them back with this in them.
    private static void Fill(float value)
    {
        using var scope = NewDisposeScope();
        foreach (int size in (int[])[16, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384])
            for (int i = 0; i < 30; i++)
                full(size, value);
    }
}
