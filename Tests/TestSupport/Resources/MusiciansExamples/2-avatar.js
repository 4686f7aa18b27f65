const formData = new FormData();
formData.append('file', avatarFile); // File объект
formData.append('userId', userId);

const response = await fetch('http://localhost:3000/media/upload/avatar', {
  method: 'POST',
  body: formData
});

const result = await response.json();
if (result.success) {
  console.log('Avatar uploaded:', result.file.url);
}
