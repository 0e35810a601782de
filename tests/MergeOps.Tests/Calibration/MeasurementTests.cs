using MergeOps.Calibration;
using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Calibration;

/// <summary>What a measurement asks of the disk.</summary>
public sealed class MeasurementTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_disk_that_is_too_small_is_said_before_the_first_layer_and_what_is_there_counts()
    {
        var refused = Assert.Throws<MergeOpsException>(() => Measurement.RequireDisk(folder.Path, needed: 3000, free: 2000));
        folder.Write("states-0", new byte[1000]);
        Measurement.RequireDisk(folder.Path, needed: 3000, free: 2000);

        Assert.Equal(Codes.DiskTooSmall, refused.Diagnostic.Code);
        Assert.Contains("MERGEOPS_HOME", refused.Diagnostic.Detail, StringComparison.Ordinal);
    }
}
