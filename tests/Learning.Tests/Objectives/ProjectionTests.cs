using KdCluster.Learning.Objectives;
using KdCluster.Learning.Objectives.Layers;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Tests.Models;
using static TorchSharp.torch;

namespace KdCluster.Tests.Objectives;

/// <summary>What stands between a student's layer and a teacher's of another width.</summary>
public class ProjectionTests : TensorScope
{
    private const int Rows = 3, Width = 3, TeacherWidth = 4;

    /// <summary>The function stands after the map: what it gives is read off a teacher that says nothing.</summary>
    [Theory]
    [InlineData("linear")]
    [InlineData("relu")]
    [InlineData("tanh")]
    public void It_may_end_in_a_function(string projection)
    {
        TeacherDescription teacher = new("t", "k", 1, [], "", "", 0, [new TeacherOutput("", OutputNames.Embedding, ElementType.Float32, new OutputShape(TeacherWidth), 0, "")], double.NaN);
        using LayerTerm term = new(new TermSpec { Loss = "embedding-mse", Projection = projection }, new EmbeddingSquaredErrorLoss(), new ObjectiveSetup([teacher], [(OutputNames.Embedding, new OutputShape(Width))], 1, CPU));
        var random = new Random(1);
        float[][] rows = [.. Enumerable.Range(0, Rows).Select(_ => Enumerable.Range(0, Width).Select(_ => (random.NextSingle() * 2) - 1).ToArray())];
        Tensor student = tensor(rows.SelectMany(r => r).ToArray(), [Rows, Width]);
        OutputRows nothing = new(0, OutputNames.Embedding, new OutputShape(TeacherWidth), [3, 5, 1], [.. rows.Select(_ => (ReadOnlyMemory<float>)new float[TeacherWidth])]);

        float[] found = term.Evaluate(new TermInput(student, student, null, default) { Layers = new LayerValues(new Dictionary<string, Tensor> { [OutputNames.Embedding] = student }, [nothing], ones(Rows, 1)) }).data<float>().ToArray();

        float[][] map = [.. term.Weights.Single().Weight.detach().data<float>().ToArray().Chunk(Width)];
        Assert.All(rows.Zip(found), row => Assert.Equal(map.Average(weights => Math.Pow(After(weights.Zip(row.First, (w, x) => (double)w * x).Sum()), 2)), row.Second, 1e-6));

        double After(double x) => projection switch { "relu" => Math.Max(0, x), "tanh" => Math.Tanh(x), _ => x };
    }
}
