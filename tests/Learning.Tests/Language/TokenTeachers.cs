using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Text;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Tests.Training;
using TorchSharp;

namespace KdCluster.Tests.Language;

/// <summary>Models as teachers of the rows that a student learns from.</summary>
internal static class TokenTeachers
{
    /// <param name="encoder">Theirs and the student's.</param>
    /// <param name="train">The rows.</param>
    /// <param name="models">They are asked here, each row alone.</param>
    public static FakeSoftTargets Of(InputEncoder encoder, EncodedSplit train, params Model[] models)
    {
        using var off = torch.no_grad();
        float[][][] said = [.. models.Select(model => train.Views.Select(v =>
        {
            using var scope = torch.NewDisposeScope();
            model.eval();
            return model.call(model.Collate([v], v.Length)).Logits.contiguous().data<float>().ToArray();
        }).ToArray())];
        var shape = new OutputShape(OutputShape.Length, models[0].Shape.Vocabulary);
        return new FakeSoftTargets(models.Length, 2, (Tokenizer)encoder, LabelSpace.NextToken, (_, _) => [0], r => [1, r % 2])
        {
            Teachers = [.. models.Select((m, k) => new TeacherDescription($"teacher-{k}", m.Spec.Kind, m.ParameterCount, LabelSpace.NextToken.Names, LabelSpace.NextToken.Hash, encoder.Hash, encoder.MaxLength,
                [new TeacherOutput(new string((char)('a' + k), 64), OutputNames.TokenLogits, ElementType.Float32, shape, 0, LabelSpace.NextToken.Hash)], double.NaN))],
            Outputs = rows => [.. models.Select((_, k) => new OutputRows(k, OutputNames.TokenLogits, shape, Array.ConvertAll(rows, r => train.Views[r].Length), Array.ConvertAll(rows, r => (ReadOnlyMemory<float>)said[k][r])))],
        };
    }
}
