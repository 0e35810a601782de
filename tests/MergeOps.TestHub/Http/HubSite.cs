using MergeOps.TestHub.Storage;

namespace MergeOps.TestHub.Http;

/// <summary>What every endpoint works with.</summary>
/// <param name="Options">How the Hub behaves.</param>
/// <param name="Store">What it holds.</param>
/// <param name="Uploads">LFS uploads under way.</param>
/// <param name="Signatures">Makes and checks signed URLs.</param>
internal sealed record HubSite(TestHubOptions Options, HubStore Store, UploadStore Uploads, SignedUrls Signatures)
{
    /// <summary>The Hub's address without a slash at its end, prefix included.</summary>
    public string Hub { get; set; } = "";

    /// <summary>The content host's address.</summary>
    public string Cdn { get; set; } = "";

    /// <summary>The address of the host that has nothing to do with the Hub.</summary>
    public string Foreign { get; set; } = "";
}
