using KdCluster.Cluster.Storage;

namespace KdCluster.Tests.Storage;

public class StoreAddressTests
{
    [Theory]
    [InlineData("local", "local")]
    [InlineData("redis://host:6379/1", "redis://host:6379/1")]
    [InlineData("redis://user:secret@host", "redis://user:***@host")]
    [InlineData("redis://:s@cr:et@host", "redis://:***@host")]
    public void A_password_is_never_shown(string address, string shown) => Assert.Equal(shown, StoreAddress.WithoutPassword(address));
}
