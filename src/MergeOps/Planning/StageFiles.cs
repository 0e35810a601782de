using System.Collections.Immutable;
using System.Text;
using MergeOps.Sources;

namespace MergeOps.Planning;

/// <summary>Finds where the files lie that stages would have beside their weights.</summary>
/// <param name="stages">The stages.</param>
/// <param name="owners">Whose files are read.</param>
internal sealed class StageFiles(StagePlans stages, StageOwners owners)
{
    /// <summary>The files with their real places, and those that nobody has.</summary>
    /// <param name="models">The plan's models.</param>
    /// <param name="files">The files as its models give them.</param>
    /// <param name="newFiles">Texts of files that none of them has, by their paths.</param>
    public (ImmutableArray<CompanionFile> Companions, ImmutableSortedDictionary<string, string> NewFiles) Resolve(
        ImmutableArray<ModelMetadata> models, ImmutableArray<CompanionFile> files, ImmutableSortedDictionary<string, string> newFiles)
    {
        var found = ImmutableArray.CreateBuilder<CompanionFile>(files.Length);
        foreach (var file in files)
        {
            if (!models[file.Model].Model.Value.IsStage)
            {
                found.Add(file);
                continue;
            }

            var stage = stages[models[file.Model].Model.Value.Path].Plan;
            if (stage.NewFiles.TryGetValue(file.Path, out var text))
            {
                newFiles = newFiles.SetItem(file.Path, file.Edit is null ? text : Encoding.UTF8.GetString(file.Edit.Apply(file.Path, Encoding.UTF8.GetBytes(text), file.Path)));
                continue;
            }

            var own = stage.Companions.First(companion => companion.Path == file.Path);
            found.Add(new(owners.PlaceOf(stage, own.Model), file.Path) { Edit = own.Edit is null ? file.Edit : file.Edit is null ? own.Edit : new EditsInTurn(own.Edit, file.Edit) });
        }

        return (found.ToImmutable(), newFiles);
    }
}
