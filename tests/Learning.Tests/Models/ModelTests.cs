using KdCluster.Learning.Models;
using KdCluster.Learning.Text;
using TorchSharp;

namespace KdCluster.Tests.Models;

public sealed class ModelTests : TensorScope
{
    public static TheoryData<string> Kinds => ModelCases.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Rows_have_the_same_bits_wherever_they_stand_and_whatever_stands_beside_them(string kind)
    {
        using TextModel model = ModelCases.Create(kind);
        model.eval();
        using var off = torch.no_grad();
        const int rows = 32;
        foreach (int length in (int[])[8, 24, 48])
        {
            for (int seed = 0; seed < 6; seed++)
            {
                using var scope = torch.NewDisposeScope();
                int[][] batch = ModelCases.Rows(rows, length, seed);
                int[][] others = ModelCases.Rows(rows, length, seed + 1000);
                float[][] expected = Answers(model, batch, length);
                var random = new Random(seed);
                for (int from = 0; from < rows; from++)
                {
                    int to = random.Next(rows);
                    int[][] mixed = [.. others];
                    mixed[to] = batch[from];
                    Assert.Equal(expected[from], Answers(model, mixed, length)[to]);
                }
                float[][] alone = Answers(model, [batch[5]], length);
                Assert.Equal(expected[5], alone[0]);
            }
        }

        static float[][] Answers(TextModel model, int[][] rows, int length)
        {
            using var scope = torch.NewDisposeScope();
            ModelOutput output = model.call(TokenBatch.Collate(rows, length, padRows: 32));
            float[] logits = output.Logits.data<float>().ToArray();
            float[] embedding = output.Embedding.data<float>().ToArray();
            int classes = (int)output.Logits.shape[1], width = (int)output.Embedding.shape[1];
            return [.. Enumerable.Range(0, 32).Select(r => (float[])[.. logits[(r * classes)..((r + 1) * classes)], .. embedding[(r * width)..((r + 1) * width)]])];
        }
    }
}
