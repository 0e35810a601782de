using System.Net;

namespace MergeOps.Forges;

/// <summary>Where git fetches what a repository's pull requests hold.</summary>
internal interface IGitRemote
{
    /// <summary>The address of the repository.</summary>
    Uri Address { get; }

    /// <summary>The name and the secret that the server asks for; null for nobody's.</summary>
    NetworkCredential? Credentials { get; }

    /// <summary>The reference of the commit that a pull request proposes.</summary>
    string HeadOf(int pull);

    /// <summary>The reference of that commit merged into the base branch for a trial; it is there while both can be merged.</summary>
    string TrialOf(int pull);
}
