namespace MergeOps.TestHub.Http;

/// <summary>A refusal in the Hub's words.</summary>
internal sealed class HubError(int status, string? code, string message, string? commit = null) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary><c>X-Error-Code</c>; null for errors that have none.</summary>
    public string? Code => code;

    /// <summary><c>X-Repo-Commit</c> where the revision is known.</summary>
    public string? Commit => commit;

    /// <summary>A body that is wrong.</summary>
    public static HubError BadRequest(string message) => new(400, null, message);

    /// <summary>Something that exists already or goes on at the same time.</summary>
    public static HubError Conflict(string message) => new(409, null, message);

    /// <summary>No such branch, tag or commit.</summary>
    public static HubError NoRevision(string revision) => new(404, "RevisionNotFound", $"Invalid rev id: {revision}");

    /// <summary>No such file at a commit.</summary>
    public static HubError NoEntry(string commit, string message = "Entry not found") => new(404, "EntryNotFound", message, commit);

    /// <summary>A token without the right.</summary>
    public static HubError Forbidden(string message) => new(403, null, message);
}
