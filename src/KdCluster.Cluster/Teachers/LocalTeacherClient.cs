using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers;

/// <summary>A teacher in this process: no wire, the same bytes. It is looked up at every request, so that a teacher loaded anew is found.</summary>
internal sealed class LocalTeacherClient(TeacherDescription description, string storeId, TeacherDirectory directory) : ITeacherClient
{
    public TeacherDescription Description => description;

    public string StoreId => storeId;

    public async Task<byte[]> TokenizerAsync(CancellationToken cancellationToken) => (await directory.FindAsync(description.Name)).TokenizerFile;

    public async Task<IReadOnlyList<byte[]>> GetAsync(TeacherRequest request, CancellationToken cancellationToken)
    {
        TeacherHost host = await directory.FindAsync(description.Name);
        TeacherIdentity.Check(description, host.Description);
        return await host.GetAsync(request, cancellationToken);
    }
}
