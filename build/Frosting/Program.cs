using Cake.Frosting;
using FrostingExample;

// dotnet run --project build/Frosting -- --tool=PATH: the first run, from a Frosting build
return new CakeHost().UseContext<BuildContext>().UseWorkingDirectory(Environment.CurrentDirectory).Run(args);
