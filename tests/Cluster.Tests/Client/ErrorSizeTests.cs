using Grpc.Core;
using KdCluster.Client;

namespace KdCluster.Tests.Client;

public class ErrorSizeTests
{
    [Fact]
    public void A_thousand_mistakes_fit_into_the_headers_of_an_answer()
    {
        KdException many = new([.. Enumerable.Range(0, 1000).Select(i => new KdError("KD1002", new string('ü', 5000), $"row {i}"))]);

        RpcException error = many.ToRpc();

        Assert.True(error.Trailers.Sum(t => t.IsBinary ? t.ValueBytes.Length : t.Value.Length) < 16_000);
        Assert.True(error.Status.Detail.Length < 1100);
        KdException read = error.ToKd("silo");
        Assert.Equal("row 0", read.Errors[0].Where);
        Assert.Matches("^and [0-9]+ more", read.Errors[^1].What);
    }
}
