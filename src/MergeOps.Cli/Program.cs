Console.Error.WriteLine("mergeops: no command yet");
return 2;
