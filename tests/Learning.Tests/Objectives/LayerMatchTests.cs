using KdCluster.Learning.Objectives;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Tests.Objectives;

/// <summary>What cannot be compared is told before the first step.</summary>
public class LayerMatchTests
{
    private static readonly (string, OutputShape)[] Student = [("map.1", new OutputShape(4, 8, 8)), ("map.2", new OutputShape(8, 4, 4)), ("map.1.pool2", new OutputShape(4, 2, 2)), ("map.2.pool2", new OutputShape(8, 2, 2)), ("embedding", new OutputShape(8))];
    private static readonly (string, OutputShape)[] Embeds = [(OutputNames.Embedding, new OutputShape(8))];
    private static readonly TeacherDescription EmbeddingTeacher = new("t", "k", 1, [], "", "", 0, [new TeacherOutput("", OutputNames.Embedding, ElementType.Float32, new OutputShape(16), 0, "")], double.NaN);

    [Fact]
    public void A_flow_between_maps_of_different_sizes_needs_them_averaged()
    {
        KdException error = Assert.Throws<KdException>(() => LayerMatch.Of(new TermSpec { Loss = "map-fsp" }, Student, Teacher()));
        Assert.Equal("KD1227", Assert.Single(error.Errors).Code);
        Assert.Contains("maps of one height and width", error.Message, StringComparison.Ordinal);
        Assert.Equal([("map.1.pool2", "map.1.pool2"), ("map.2.pool2", "map.2.pool2")], LayerMatch.Of(new TermSpec { Loss = "map-fsp", Pool = 2 }, Student, Teacher()));
    }

    [Fact]
    public void A_flow_has_no_projection()
    {
        KdException error = Assert.Throws<KdException>(() => LayerMatch.Of(new TermSpec { Loss = "map-fsp", Pool = 2 }, Student, Teacher(channels: 16)));
        Assert.Contains(error.Errors, e => e.Code == "KD1227" && e.What.Contains("map.2.pool2 is [8, 2, 2] in the student, and map.2.pool2 [16, 2, 2] in the teacher", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("map-nst")]
    [InlineData("spatial-correlation")]
    [InlineData("cckd")]
    public void Relations_are_compared_whatever_the_widths_are(string loss) => Assert.NotEmpty(LayerMatch.Of(new TermSpec { Loss = loss }, Student, Teacher(channels: 16)));

    [Fact]
    public void A_memory_that_is_too_large_is_told_before_the_first_step()
    {
        TermSpec term = new() { Loss = "crd", Width = 128 };
        Assert.Single(LayerMatch.Of(term, Embeds, EmbeddingTeacher, 1 << 20));
        KdException error = Assert.Throws<KdException>(() => LayerMatch.Of(term, Embeds, EmbeddingTeacher, (1 << 20) + 1));
        Assert.Equal("KD1227", error.Code);
        Assert.Contains("remembers 256 numbers of each of 1048577 training rows", error.Message, StringComparison.Ordinal);
        Assert.Contains("and there is one", Assert.Throws<KdException>(() => LayerMatch.Of(term, Embeds, EmbeddingTeacher, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_that_gathers_too_much_is_told_before_the_first_step()
    {
        TermSpec term = new() { Loss = "crd", Width = 128, Negatives = 16_383 };
        Assert.Single(LayerMatch.Of(term, Embeds, EmbeddingTeacher, 50_000, 128));
        KdException error = Assert.Throws<KdException>(() => LayerMatch.Of(term, Embeds, EmbeddingTeacher, 50_000, 129));
        Assert.Equal("KD1227", error.Code);
        Assert.Contains("gathers 2097152 numbers for each of 129 instances, 1082130432 bytes", error.Message, StringComparison.Ordinal);
        Assert.Single(LayerMatch.Of(term, Embeds, EmbeddingTeacher, 128, 1_000_000));   // no batch has more instances than there are rows
        Assert.Throws<KdException>(() => LayerMatch.Of(term with { Width = 1024, Negatives = 65_536 }, Embeds, EmbeddingTeacher, null, 1_000_000));
    }

    private static TeacherDescription Teacher(int channels = 8) => new(
        "deep", "resnet", 1, [], "", "", 0,
        [.. Student.Select(o => new TeacherOutput("", o.Item1, ElementType.Float32, o.Item1.Contains('2') && o.Item2.Dimensions[0] == 8 ? new OutputShape([channels, .. o.Item2.Dimensions.Skip(1)]) : o.Item2, 0, ""))], double.NaN);
}
