namespace MergeOps.Forges;

/// <summary>Who writes, and who may.</summary>
internal interface IMembers
{
    /// <summary>The login under which this program writes; asked for once.</summary>
    Task<string> OwnLoginAsync(CancellationToken cancellation);

    /// <summary>Whether somebody may push to the repository; whom nobody knows may not.</summary>
    Task<bool> MayWriteAsync(string login, CancellationToken cancellation);

    /// <summary>Whether somebody is a member of a team, as far as this program may see that; what it may not see is no.</summary>
    /// <param name="organization">The team's organization.</param>
    /// <param name="team">The team.</param>
    /// <param name="login">Who.</param>
    /// <param name="cancellation">Stops.</param>
    Task<bool> IsInTeamAsync(string organization, string team, string login, CancellationToken cancellation);
}
