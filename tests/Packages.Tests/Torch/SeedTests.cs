using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Tests.Torch;

/// <summary>A seed gives the same numbers as in PyTorch, here and after a state was put back.</summary>
public sealed class SeedTests : TorchTest
{
    [Fact]
    public void Seeded_layers_and_numbers_are_PyTorchs()
    {
        var fixture = Fixture.Read("seeded.json");
        manual_seed(7);
        using var linear = Linear(3, 2);
        using var embedding = Embedding(4, 3, padding_idx: 0);
        using var lstm = LSTM(2, 2);
        Fixture.SameAll(fixture.GetProperty("linear"), linear.state_dict(), "linear");
        Fixture.SameAll(fixture.GetProperty("embedding"), embedding.state_dict(), "embedding");
        Fixture.SameAll(fixture.GetProperty("lstm"), lstm.state_dict(), "lstm");
        Fixture.Same(fixture.GetProperty("normal"), randn(5), "normal");
        Fixture.Same(fixture.GetProperty("uniform"), rand(5), "uniform");
        Fixture.Same(fixture.GetProperty("permutation"), randperm(8), "permutation");
        Fixture.Same(fixture.GetProperty("bernoulli"), full([8], 0.5f).bernoulli(), "bernoulli");
    }

    [Fact]
    public void A_state_that_is_put_back_gives_the_same_numbers()
    {
        var state = get_rng_state();
        var first = randn(100);
        var dropped = functional.dropout(ones(100));
        set_rng_state(state);
        Assert.Equal(first.bytes.ToArray(), randn(100).bytes.ToArray());
        Assert.Equal(dropped.bytes.ToArray(), functional.dropout(ones(100)).bytes.ToArray());
    }

    [Fact]
    public void A_generator_of_its_own_leaves_the_default_alone()
    {
        using var generator = new Generator(5);
        var before = random.get_rng_state();
        float[] Draw() => Fixture.Floats(cat([rand(4, generator: generator), randn(4, generator: generator), randint(0, 9, [4], generator: generator).to_type(float32),
            randperm(4, generator: generator).to_type(float32), ones(3).multinomial(2, generator: generator).to_type(float32), full([4], 0.5).bernoulli(generator)]));
        float[] first = Draw();
        generator.manual_seed(5);
        Assert.Equal(first, Draw());
        var kept = generator.get_state();
        float[] next = Draw();
        generator.set_state(kept);
        Assert.Equal(next, Draw());
        Assert.Equal(5, generator.initial_seed());
        Assert.Equal(before.bytes.ToArray(), random.get_rng_state().bytes.ToArray());
    }
}
