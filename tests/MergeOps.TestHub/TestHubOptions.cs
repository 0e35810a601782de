using System.Security.Cryptography.X509Certificates;

namespace MergeOps.TestHub;

/// <summary>How a test Hub behaves when it behaves well.</summary>
internal sealed record TestHubOptions
{
    /// <summary>Port of the Hub; 0 takes a free one. The content host and the foreign host take others.</summary>
    public int Port { get; init; }

    /// <summary>A path that all of the Hub's addresses begin with, as behind a company's mirror: <c>/mirror/hf</c>; empty for none.</summary>
    public string PathPrefix { get; init; } = "";

    /// <summary>Entries of a page of a tree and of commits; of a tree with the last commit of each entry at most 100.</summary>
    public int PageSize { get; init; } = 1000;

    /// <summary>How long a signed URL is good for.</summary>
    public TimeSpan SignedUrlLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>LFS objects larger than this are uploaded in parts, in bytes.</summary>
    public long MultipartThreshold { get; init; } = 5_000_000_000;

    /// <summary>Bytes of a part.</summary>
    public long PartSize { get; init; } = 16 * 1024 * 1024;

    /// <summary>The most that one line of a commit may carry inline, in bytes.</summary>
    public long InlineLimit { get; init; } = Storage.RepositoryFiles.RegularLimit;

    /// <summary>With it the Hub and its content host speak TLS; the foreign host never does.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
