using System.Collections.Immutable;

namespace MergeOps.Calibration.Walks;

/// <summary>One step of a measurement; all that it gives lies in files.</summary>
/// <param name="Name">What people are told of it.</param>
/// <param name="Needs">The files of earlier steps that it reads.</param>
/// <param name="Gives">The files that later steps read.</param>
/// <param name="Part">The file with its part of the statistics; null where it has none.</param>
/// <param name="Run">Takes who hears which share is done, and gives what is in the part.</param>
internal sealed record MeasureStep(string Name, ImmutableArray<string> Needs, ImmutableArray<string> Gives, string? Part, Func<Action<double>, PartContents?> Run);
