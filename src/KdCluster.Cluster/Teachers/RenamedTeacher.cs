using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers;

/// <summary>A teacher that is deployed under another name than its recipe's: messages, reports and weights name it as the recipe does.</summary>
internal sealed class RenamedTeacher(ITeacherClient inner, string name) : ITeacherClient, IAsyncDisposable
{
    public TeacherDescription Description => inner.Description with { Name = name };

    public string StoreId => inner.StoreId;

    public int Concurrency => inner.Concurrency;

    public Task<byte[]> TokenizerAsync(CancellationToken cancellationToken) => inner.TokenizerAsync(cancellationToken);

    public Task<IReadOnlyList<byte[]>> GetAsync(TeacherRequest request, CancellationToken cancellationToken) => inner.GetAsync(request, cancellationToken);

    public ValueTask DisposeAsync() => inner is IAsyncDisposable disposable ? disposable.DisposeAsync() : ValueTask.CompletedTask;
}
