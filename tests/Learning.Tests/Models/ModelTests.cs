using KdCluster.Instances;
using KdCluster.Learning.Models;
using KdCluster.Learning.Torch;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using TorchSharp;
using static TorchSharp.torch;

namespace KdCluster.Tests.Models;

public sealed class ModelTests : TensorScope
{
    private const int Rows = 32;

    public static TheoryData<string> Kinds => ModelCases.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_row_has_the_same_bits_wherever_it_stands_and_whatever_stands_beside_it(string kind)
    {
        foreach (ModelSpec spec in (ModelSpec[])[ModelCases.Spec(kind), ModelCases.Spec(kind) with { Embedding = 128, Hidden = 100 }])
        {
            using Model model = ModelFactory.Create(spec, ModelCases.Vocabulary, ModelCases.Classes, ModelCases.MaxLength, seed: 7);
            model.eval();
            using var off = no_grad();
            foreach (int length in (int[])[8, 24, 48])
            {
                int[][] batch = ModelCases.Rows(Rows, length, length), others = ModelCases.Rows(Rows, length, length + 1000);
                float[][] expected = Answers(model, batch, length);
                var random = new Random(length);
                for (int from = 0; from < Rows; from++)
                {
                    int to = random.Next(Rows);
                    int[][] mixed = [.. others];
                    mixed[to] = batch[from];
                    Assert.Equal(expected[from], Answers(model, mixed, length)[to]);
                }
                Assert.Equal(expected[5], Answers(model, [batch[5]], length)[0]);
            }
        }
    }

    /// <summary>In batches of one shape to the bit, and in any other but for rounding; what stands at padding is cut off.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_the_layers_say_of_a_row_depends_on_the_row_alone(string kind)
    {
        using Model model = ModelCases.Create(kind);
        model.eval();
        using var off = no_grad();
        int[][] rows = [[5], .. ModelCases.Rows(Rows - 1, 16, seed: 3)], others = ModelCases.Rows(Rows, 16, seed: 9);
        others[7] = rows[1];
        string[] names = [.. model.Outputs.Select(o => o.Name)];
        foreach ((string name, OutputShape shape) in model.Outputs)
        {
            float[] Row(int[][] batch, int row, int length, params string[] wanted)
            {
                using var scope = torch.NewDisposeScope();
                float[] all = model.Compute(ModelCases.Collate(model, batch, length), wanted)[name].contiguous().data<float>().ToArray();
                float[] own = new float[shape.Size(batch[row].Length)];
                shape.Crop(all.AsSpan((int)shape.Size(length) * row, (int)shape.Size(length)), length, batch[row].Length, own);
                return own;
            }

            float[] expected = Row(rows, 1, 16, name);
            Assert.Equal(expected, Row(others, 7, 16, name));
            Assert.Equal(expected, Row(rows, 1, 16, names));
            Assert.All(Row(rows, 1, 48, name).Zip(expected), x => Assert.Equal(x.Second, x.First, 1e-5));
            Assert.All(Row([rows[0]], 0, 1, name).Zip(Row(rows, 0, 16, name)), x => Assert.Equal(x.Second, x.First, 1e-5));
        }

        ModelOutput plain = model.call(ModelCases.Collate(model, rows, 16));
        var named = model.Compute(ModelCases.Collate(model, rows, 16), [OutputNames.Logits, OutputNames.Embedding]);
        Assert.Equal(plain.Logits.data<float>().ToArray(), named[OutputNames.Logits].data<float>().ToArray());
        Assert.Equal(plain.Embedding.data<float>().ToArray(), named[OutputNames.Embedding].data<float>().ToArray());
        Assert.Throws<ArgumentException>(() => model.Compute(ModelCases.Collate(model, rows, 16), ["nothing"]));
    }

    /// <summary>The embedding of both is the mean of the last layer's states, and the attention's scores are those that mix a row's tokens: two facts that tie the outputs together.</summary>
    [Theory]
    [InlineData("transformer")]
    [InlineData("bilstm")]
    public void The_last_layers_states_have_the_embedding_as_their_mean(string kind)
    {
        using Model model = ModelCases.Create(kind);
        model.eval();
        using var off = no_grad();
        Tensor ids = ModelCases.Collate(model, ModelCases.Rows(1, 16, seed: 5), 16);
        int length = (int)model.Real(ids).sum().item<float>();
        var said = model.Compute(ids, [OutputNames.Embedding, OutputNames.Hidden(2)]);
        Assert.True(allclose(said[OutputNames.Embedding], said[OutputNames.Hidden(2)].narrow(1, 0, length).mean([1]), 1e-5, 1e-6));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_model_whose_weights_were_replaced_by_a_move_answers_with_the_new_ones(string kind)
    {
        using Model model = ModelCases.Create(kind);
        model.eval();
        using var off = no_grad();
        int[][] batch = ModelCases.Rows(Rows, 16, seed: 4);
        float[][] expected = Answers(model, batch, 16);

        // As to another device and back, which this machine may not have: each move makes other tensors and frees the old ones.
        model.to(ScalarType.Float64).to(ScalarType.Float32);

        Assert.Equal(expected, Answers(model, batch, 16));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Padding_changes_no_answer(string kind)
    {
        using Model model = ModelCases.Create(kind);
        model.eval();
        using var off = no_grad();
        int[][] rows = [[5], .. ModelCases.Rows(Rows - 1, 16, seed: 3)];
        float[][] narrow = Answers(model, rows, 16), wide = Answers(model, rows, 48);
        for (int i = 0; i < Rows; i++)
        {
            for (int k = 0; k < narrow[i].Length; k++)
                Assert.Equal(narrow[i][k], wide[i][k], 1e-5);
            int[] alone = rows[i];
            using Tensor bare = model.call(ModelCases.Collate(model, [alone], alone.Length)).Logits;
            float[] expected = bare.data<float>().ToArray();
            for (int k = 0; k < expected.Length; k++)
                Assert.Equal(expected[k], narrow[i][k], 1e-5);
        }
        Assert.All(Answers(model, [[]], 8)[0], value => Assert.True(float.IsFinite(value)));
    }

    /// <summary>Tokenizers of other makes pad with other ids than 0, which then stands for a token like any other.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Padding_may_be_any_id(string kind)
    {
        ModelShape shape = new(ModelCases.Spec(kind), ModelCases.Vocabulary, ModelCases.Classes, ModelCases.MaxLength) { Padding = 7 };
        using Model model = ModelFactory.Create(shape, seed: 7);
        model.eval();
        using var off = no_grad();
        InstanceView view = new([0, 12, 5, 0, 33]);
        float[] expected = Of(8);
        foreach (int length in (int[])[16, 48])
            Assert.All(Of(length).Zip(expected), p => Assert.Equal(p.Second, p.First, 1e-5));

        float[] Of(int length) => [.. model.call(model.Collate([view], length, 3)).Logits[0].data<float>()];
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Order_matters_where_it_should(string kind)
    {
        using Model model = ModelCases.Create(kind);
        model.eval();
        using var off = no_grad();
        int[] row = [2, 10, 11, 12, 13, 14, 15];
        float[] ahead = Answers(model, [row], 8)[0], back = Answers(model, [[.. row.Reverse()]], 8)[0];
        float apart = ahead.Zip(back, (a, b) => Math.Abs(a - b)).Max();
        Assert.Equal(kind != "bag-of-embeddings", apart > 1e-5);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_parameter_gets_a_gradient_and_a_few_steps_reduce_the_loss(string kind)
    {
        using Model model = ModelCases.Create(kind, dropout: 0.1);
        int[][] rows = ModelCases.Rows(Rows, 24, seed: 4);
        Tensor ids = ModelCases.Collate(model, rows, 24);
        Tensor labels = tensor(rows.Select(r => (long)(r[0] % ModelCases.Classes)).ToArray());
        using var optimizer = optim.Adam(model.parameters(), 0.01);
        var losses = new List<float>();
        for (int step = 0; step < 30; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(model.call(ids).Logits, labels);
            loss.backward();
            if (step == 0)
                Assert.All(model.named_parameters(), p => Assert.True(p.parameter.grad is Tensor grad && grad.abs().sum().ToSingle() > 0, p.name));
            optimizer.step();
            losses.Add(loss.ToSingle());
        }
        Assert.True(losses[^1] < losses[0] / 2, $"{losses[0]} to {losses[^1]}");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_seed_decides_weights_and_dropout_whatever_ran_before(string kind)
    {
        float[] first = Trained(), second;
        // Under its lock: other tests make models of seeds at this moment.
        _ = TorchRuntime.WithSeed(17, () => rand(17));
        using (Model other = ModelCases.Create(kind, seed: 99))
        {
            second = Trained();
        }
        Assert.Equal(first, second);

        float[] Trained()
        {
            using var scope = NewDisposeScope();
            using Model model = ModelCases.Create(kind, dropout: 0.3);
            Tensor ids = ModelCases.Collate(model, ModelCases.Rows(Rows, 24, seed: 4), 24);
            _ = model.call(ids);
            _ = TorchRuntime.WithSeed(3, () => rand(3));
            return model.call(ids).Logits.data<float>().ToArray();
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Forward_leaves_only_its_two_answers(string kind)
    {
        using Model model = ModelCases.Create(kind, dropout: 0.1);
        Tensor ids = ModelCases.Collate(model, ModelCases.Rows(Rows, 24, seed: 4), 24);
        using var scope = NewDisposeScope();
        ModelOutput output = model.call(ids);
        Assert.Equal(2, scope.DisposablesCount);
        Assert.Equal([Rows, model.Shape.Classes], output.Logits.shape);
        Assert.Equal([Rows, model.EmbeddingWidth], output.Embedding.shape);
        Assert.Equal(model.parameters().Sum(p => p.numel()), model.ParameterCount);
    }

    // Checkpoints hang on these names and their order; both packages must give them.
    [Theory]
    [InlineData("bag-of-embeddings", "embedding.weight hidden.weight hidden.bias classifier.weight classifier.bias")]
    [InlineData("text-cnn", "embedding.weight convolution_2.weight convolution_2.bias convolution_3.weight convolution_3.bias convolution_5.weight convolution_5.bias classifier.weight classifier.bias")]
    [InlineData("bilstm", "embedding.weight ahead_0.weight_ih_l0 ahead_0.weight_hh_l0 ahead_0.bias_ih_l0 ahead_0.bias_hh_l0 back_0.weight_ih_l0 back_0.weight_hh_l0 back_0.bias_ih_l0 back_0.bias_hh_l0 classifier.weight classifier.bias")]
    [InlineData("transformer", "positions embedding.weight block_0.attention_norm.weight block_0.attention_norm.bias block_0.query_key_value.weight block_0.query_key_value.bias block_0.attention_out.weight block_0.attention_out.bias block_0.feed_forward_norm.weight block_0.feed_forward_norm.bias block_0.feed_forward_in.weight block_0.feed_forward_in.bias block_0.feed_forward_out.weight block_0.feed_forward_out.bias norm.weight norm.bias classifier.weight classifier.bias")]
    public void Parameters_are_named_from_input_to_output(string kind, string names)
    {
        using Model model = ModelFactory.Create(ModelCases.Spec(kind) with { Layers = 1 }, ModelCases.Vocabulary, ModelCases.Classes, ModelCases.MaxLength, seed: 1);
        Assert.Equal(names.Split(' '), model.named_parameters().Select(p => p.name));
    }

    [Fact]
    public void Impossible_specs_are_refused_with_every_reason()
    {
        Assert.Equal("KD1201", Assert.Throws<KdException>(() => ModelFactory.Create(new ModelSpec { Kind = "gru" }, 10, 2, 8, 1)).Code);
        var spec = new ModelSpec { Kind = "transformer", Embedding = 30, Heads = 4, Layers = 0, Dropout = 1 };
        KdException error = Assert.Throws<KdException>(() => ModelFactory.Create(spec, 10, 0, 8, 1));
        Assert.Equal(["layers", "classes", "dropout", "heads"], error.Errors.Select(e => e.Where));
        Assert.All(error.Errors, e => Assert.Equal("KD1205", e.Code));
    }

    private static float[][] Answers(Model model, int[][] rows, int length)
    {
        using var scope = NewDisposeScope();
        ModelOutput output = model.call(ModelCases.Collate(model, rows, length, padRows: Rows));
        float[] logits = output.Logits.data<float>().ToArray(), embedding = output.Embedding.data<float>().ToArray();
        int classes = (int)output.Logits.shape[1], width = (int)output.Embedding.shape[1];
        return [.. Enumerable.Range(0, Rows).Select(r => (float[])[.. logits[(r * classes)..((r + 1) * classes)], .. embedding[(r * width)..((r + 1) * width)]])];
    }
}
