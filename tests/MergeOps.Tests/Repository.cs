namespace MergeOps.Tests;

/// <summary>Where the repository and the larger shared test data lie.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of larger data beside the repository; absent on most machines.</summary>
    public static string Shared { get; } = Path.GetFullPath(Path.Combine(Root, "..", "shared"));

    /// <summary>Small data that tests carry with them.</summary>
    public static string Data(params string[] parts) => Path.Combine([AppContext.BaseDirectory, "Data", .. parts]);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MergeOps.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("no MergeOps.sln above " + AppContext.BaseDirectory);
    }
}
