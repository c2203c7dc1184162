using KdCluster.Learning.Models;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Models;

public sealed class BiLstmTests : TensorScope
{
    /// <summary>The states of its layers are those of the cells, computed gate by gate, with and without gradients: libraries have LSTMs of their own for either, and one of them was seen to be wrong in its last units.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(36)]
    [InlineData(40)]
    [InlineData(64)]
    [InlineData(100)]
    public void Its_states_are_those_of_the_cells_with_any_number_of_units(int hidden)
    {
        const int length = 12;
        ModelSpec spec = new() { Kind = "bilstm", Embedding = 20, Hidden = hidden, Layers = 1 };
        using Model model = ModelFactory.Create(spec, ModelCases.Vocabulary, ModelCases.Classes, ModelCases.MaxLength, seed: 5);
        model.eval();
        int[][] ids = ModelCases.Rows(6, length, 3);
        Tensor batch = model.Collate([.. ids.Select(i => new Instances.InstanceView(i))], length);
        Dictionary<string, Tensor> weights = model.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter.detach());
        Tensor with = model.Compute(batch, [OutputNames.Hidden(1)])[OutputNames.Hidden(1)].detach(), without;
        using (no_grad())
            without = model.Compute(batch, [OutputNames.Hidden(1)])[OutputNames.Hidden(1)];
        Assert.False(without.requires_grad);
        for (int row = 0; row < ids.Length; row++)
        {
            Tensor tokens = weights["embedding.weight"].index_select(0, tensor(Array.ConvertAll(ids[row], i => (long)i)));
            Tensor expected = cat([Cells(weights, "ahead_0", tokens), Cells(weights, "back_0", tokens.flip(0)).flip(0)], 1);
            foreach (Tensor states in (Tensor[])[with, without])
                Assert.True((states[row].narrow(0, 0, ids[row].Length) - expected).abs().max().item<float>() < 2e-6f, $"row {row}");
        }
    }

    // Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000: [length, width] to [length, hidden].
    private static Tensor Cells(Dictionary<string, Tensor> weights, string layer, Tensor tokens)
    {
        long hidden = weights[$"{layer}.weight_hh_l0"].shape[1];
        Tensor state = zeros(1, hidden), cell = zeros(1, hidden);
        List<Tensor> states = [];
        for (int t = 0; t < tokens.shape[0]; t++)
        {
            Tensor gates = tokens.narrow(0, t, 1).mm(weights[$"{layer}.weight_ih_l0"].t()) + weights[$"{layer}.bias_ih_l0"] + state.mm(weights[$"{layer}.weight_hh_l0"].t()) + weights[$"{layer}.bias_hh_l0"];
            Tensor[] parts = gates.chunk(4, 1);
            cell = (parts[1].sigmoid() * cell) + (parts[0].sigmoid() * parts[2].tanh());
            state = parts[3].sigmoid() * cell.tanh();
            states.Add(state);
        }

        return cat(states, 0);
    }
}
