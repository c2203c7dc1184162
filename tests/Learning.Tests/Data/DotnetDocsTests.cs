using System.Text;
using KdCluster.Learning.Data;
using KdCluster.Learning.Data.DotnetDocs;
using KdCluster.Recipes;

namespace KdCluster.Tests.Data;

public sealed class DotnetDocsTests
{
    [Fact]
    public void The_built_in_data_set_is_large_clean_and_the_same_each_time()
    {
        using var folder = new TemporaryFolder();
        var spec = new DataSpec { BuiltIn = "dotnet-docs" };
        TextData made = TextDataLoader.Load(spec, ".", folder.Path);
        TextData kept = TextDataLoader.Load(spec, ".", folder.Path);
        Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, "dotnet-docs")));
        TextRow[][] splits = [[.. made.Train.Rows], [.. made.Validation.Rows], [.. made.Test!.Rows]];
        Assert.Equal(splits, [[.. kept.Train.Rows], [.. kept.Validation.Rows], [.. kept.Test!.Rows]]);

        int total = splits.Sum(s => s.Length);
        Assert.True(total >= 20_000, $"{total} sentences");
        Assert.True(made.Labels.Count >= 12);
        Assert.InRange(splits[1].Length, total * 0.09, total * 0.11);
        Assert.InRange(splits[2].Length, total * 0.09, total * 0.11);
        int distinct = splits.SelectMany(s => s).Select(r => DotnetDocsData.Normal(r.Text)).Distinct().Count();
        Assert.Equal(total, distinct);
        var sizes = splits[0].GroupBy(r => r.Label).ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(made.Labels.Count, sizes.Count);
        Assert.True(sizes.Values.Min() >= 500, $"the smallest class has {sizes.Values.Min()} rows");
        Assert.True(sizes.Values.Max() <= total / 6, $"the largest class has {sizes.Values.Max()} rows");
    }

    [Fact]
    public void Summaries_become_plain_sentences()
    {
        const string xml = """
            <doc><members>
              <member name="M:System.IO.File.Open(System.String)"><summary>Opens a <see cref="T:System.IO.FileStream" /> on
                 <paramref name="path" />, or <see langword="null" />; see <see cref="M:System.Collections.Generic.List`1.#ctor(System.Int32)" /> and <c>code</c>.</summary><returns>x</returns></member>
              <member name="P:System.IO.File.Name"><summary><para>One.</para><para>Two &amp; <see href="https://x">three</see>.</para></summary></member>
              <member name="P:System.IO.File.None"><summary /></member>
            </members></doc>
            """;
        var found = DocsSummaries.Read(new MemoryStream(Encoding.UTF8.GetBytes(xml))).ToArray();
        Assert.Equal(
            [("M:System.IO.File.Open(System.String)", "Opens a FileStream on path, or null; see List and code."), ("P:System.IO.File.Name", "One. Two & three.")],
            found);
    }

    [Fact]
    public void Members_belong_to_the_longest_namespace_that_holds_them()
    {
        Assert.Equal("System.IO", DocsClasses.Names[DocsClasses.Of("M:System.IO.File.Open(System.Collections.List)")]);
        Assert.Equal("AspNetCore.Mvc", DocsClasses.Names[DocsClasses.Of("T:Microsoft.AspNetCore.Mvc.Controller")]);
        Assert.Equal(-1, DocsClasses.Of("T:System.IO"));
        Assert.Equal(-1, DocsClasses.Of("M:System.Runtime.Intrinsics.X86.Sse.Add"));
    }

    [Fact]
    public void Without_reference_documentation_the_error_says_where_it_looked()
    {
        using var folder = new TemporaryFolder();
        KdException error = Assert.Throws<KdException>(() => DocsPacks.Find([folder.Path]));
        Assert.Equal("KD1107", error.Code);
        Assert.Contains(folder.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("targeting-pack", error.Message, StringComparison.Ordinal);
    }
}
